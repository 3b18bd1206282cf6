import { expect, test } from 'vitest';
import { figure } from './metric-figure.ts';

test.each([
  ['rom_index', 0.8512, '1', '85.1 %'],
  ['decrement', -0.00042, '1', '−0.04 %'],
  ['decrement_ratio', 1.00004, '1', '100 %'],
  ['sparc_wrist', -2.264, '1', '−2.26'],
  ['cadence', 67.44, '1/min', '67.4 a minute'],
  ['steadiness', 0.0312, 'rad/s', '0.03 rad/s'],
  ['reaction_time', 312.4, 'ms', '312 ms'],
  ['reps', 20, '1', '20'],
  ['ldlj', -0.0001, '1', '0'],
] as const)('%s of %d %s reads %s', (key, value, unit, read) => {
  expect(figure(key, value, unit)).toBe(read);
});
