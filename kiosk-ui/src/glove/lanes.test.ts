import { knownLayout } from '@dugout/appliance/contract/glove-frame.ts';
import { expect, test } from 'vitest';
import { lanesOf } from './lanes.ts';

test('a glove of fifteen channels has fingers, orientation, turning and acceleration', () => {
  const lanes = lanesOf(knownLayout(15, false)?.channels ?? []);
  expect([...lanes].map(([group, some]) => [group, some.length])).toEqual([
    ['fingers', 5],
    ['turning', 3],
    ['acceleration', 3],
    ['orientation', 4],
  ]);
  expect(lanes.get('turning')?.[0]).toMatchObject({ channel: 9, name: 'gx', unit: 'rad/s' });
});

test('what nobody has described is shown in its whole range', () => {
  const lanes = lanesOf([{ name: 'pressure', unit: 'kPa', scale: 0.01, offset: 100 }]);
  expect(lanes.get('other')?.[0]).toMatchObject({ name: 'pressure', from: -227.68, to: 427.67 });
});
