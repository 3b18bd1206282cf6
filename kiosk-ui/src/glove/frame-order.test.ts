import { expect, test } from 'vitest';
import { createFrameOrder } from './frame-order.ts';

const frame = (seq: number, count = 5) => ({ seq, count, t0Us: 50_000_000 + seq * 10_000 });

test('frames in their order are one line', () => {
  const order = createFrameOrder();
  expect([0, 5, 10].map((seq) => order.place(frame(seq)))).toEqual(['next', 'next', 'next']);
});

test('a frame that did not come is a gap', () => {
  const order = createFrameOrder();
  order.place(frame(0));
  expect(order.place(frame(10))).toBe('after_gap');
  expect(order.place(frame(15))).toBe('next');
});

test('a frame that comes again is not drawn again', () => {
  const order = createFrameOrder();
  for (const seq of [0, 5, 10]) order.place(frame(seq));
  expect(order.place(frame(5))).toBe('known');
  expect(order.place(frame(10))).toBe('known');
  expect(order.place(frame(15))).toBe('next');
});

test('a glove that was switched off and on begins anew', () => {
  const order = createFrameOrder();
  order.place(frame(1_000));
  expect(order.place({ seq: 0, count: 5, t0Us: 1_200_000 })).toBe('after_gap');
  expect(order.place({ seq: 5, count: 5, t0Us: 1_250_000 })).toBe('next');
});
