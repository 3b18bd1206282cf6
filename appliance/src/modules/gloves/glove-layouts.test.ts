import { expect, test } from 'vitest';
import { GloveMeta } from '../../../contract/gloves.ts';
import { layoutIn, storedLayout } from './glove-layouts.ts';

const layoutOf = (meta: object) => storedLayout(layoutIn(GloveMeta.parse(meta)));

test('names alone are channels that are known', () => {
  const layout = layoutOf({ layout_id: 3, channels: ['thumb', 'gx', 'pressure'] });
  expect(layout).toMatchObject({ id: 3 });
  expect(layout?.channels.map(({ unit, offset }) => [unit, offset])).toEqual([
    ['1', 0],
    ['rad/s', 0],
    ['', 0],
  ]);
  expect(layout?.channels[0]?.scale).toBeCloseTo(1 / 4_095, 9);
});

test('units and scales may stand in lists beside the names', () => {
  const meta = { channels: ['thumb', 'gx'], units: ['1', '°/s'], scale: [0.5, 0.25], offset: [1, 2] };
  expect(layoutOf(meta)?.channels).toEqual([
    { name: 'thumb', unit: '1', scale: 0.5, offset: 1 },
    { name: 'gx', unit: '°/s', scale: 0.25, offset: 2 },
  ]);
});

test('or be the same for all, and a channel knows itself best', () => {
  const meta = { channels: [{ name: 'thumb', scale: 7 }, 'index'], scale: 0.1 };
  expect(layoutOf(meta)?.channels.map(({ scale }) => scale)).toEqual([7, 0.1]);
});

test('what does not fit is passed over', () => {
  expect(layoutOf({ channels: ['thumb'], scale: 'large', offset: [null], units: 7 })?.channels).toEqual([
    { name: 'thumb', unit: '1', scale: 1 / 4_095, offset: 0 },
  ]);
  expect(layoutOf({ channels: [] })).toBeNull();
});
