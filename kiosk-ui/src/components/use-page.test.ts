import { expect, it } from 'vitest';
import { pageOf } from './use-page.ts';

const tickets = ['A1', 'A2', 'A3', 'A4', 'A5'];

it('shows a short list whole, always', () => {
  for (const now of [0, 12_345, 99_999]) expect(pageOf(tickets, 5, 8_000, now)).toEqual(tickets);
});

it('holds a page, then turns it, and shows everybody in one round', () => {
  expect(pageOf(tickets, 2, 8_000, 0)).toEqual(['A1', 'A2']);
  expect(pageOf(tickets, 2, 8_000, 7_999)).toEqual(['A1', 'A2']);
  expect(pageOf(tickets, 2, 8_000, 8_000)).toEqual(['A3', 'A4']);
  expect(pageOf(tickets, 2, 8_000, 16_000)).toEqual(['A5']);
  expect(pageOf(tickets, 2, 8_000, 24_000)).toEqual(['A1', 'A2']);
});

it('shows nothing of nothing', () => expect(pageOf([], 3, 8_000, 5_000)).toEqual([]));
