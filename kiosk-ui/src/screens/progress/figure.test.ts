import { expect, test } from 'vitest';
import { figure } from './figure.ts';

test.each([
  [0.98661, '1', '0.99'],
  [-1.40583, '1', '−1.41'],
  [48, '1/min', '48 1/min'],
  [312.4, 'ms', '312 ms'],
  [12.34, '%', '12.3 %'],
  [-0.001, '1', '0.00'],
  [0, '1', '0'],
])('%d %s is %s', (value, unit, shown) => {
  expect(figure(value, unit)).toBe(shown);
});
