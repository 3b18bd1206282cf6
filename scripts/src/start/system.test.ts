import { expect, test } from 'vitest';
import { partsOf } from './system.ts';

test('labs stand for both ends, and bring the cloud along unless there is one', () => {
  expect(partsOf('labs', undefined)).toEqual(['cloud database', 'appliance', 'daemon', 'replica']);
  expect(partsOf('labs', 'postgresql://db/dugout')).toEqual(['appliance', 'daemon', 'replica']);
});

test('a venue runs its own end, the cloud the other', () => {
  expect(partsOf('venue', undefined)).toEqual(['appliance', 'daemon']);
  expect(partsOf('venue', 'postgresql://db/dugout')).toEqual(['appliance', 'daemon']);
  expect(partsOf('cloud', 'postgresql://db/dugout')).toEqual(['replica']);
});
