import { describe, expect, it } from 'vitest';
import { type CalledGuest, isForTablets, loudnessOf, newCalls } from './new-calls.ts';

const called = (call: number, rung: CalledGuest['rung'] = 'text'): CalledGuest => ({
  ticket: `A${call}`,
  initials: 'A',
  station: null,
  rung,
  call,
});

describe('what is new on a screen', () => {
  it('is nothing when it has just been switched on', () => {
    expect(newCalls(undefined, [called(7), called(9)])).toEqual({ known: 9, fresh: [] });
    expect(newCalls(undefined, [])).toEqual({ known: 0, fresh: [] });
  });

  it('is every call with a higher number than all it has seen, once', () => {
    const first = newCalls(9, [called(7), called(10), called(12)]);
    expect(first.fresh.map(({ call }) => call)).toEqual([10, 12]);
    expect(newCalls(first.known, [called(10), called(12)]).fresh).toEqual([]);
  });

  it('is nothing when the newest guest has come and older ones are still called', () => {
    expect(newCalls(12, [called(7)])).toEqual({ known: 12, fresh: [] });
  });

  it('is a guest who is called again on a higher rung', () => {
    expect(newCalls(12, [called(13, 'board')]).fresh).toHaveLength(1);
  });
});

it('grows louder by the rung, and reaches the tablets near the top', () => {
  const ladder = (['text', 'board', 'tablet', 'staff'] as const).map((rung) => called(1, rung));
  expect(ladder.map(loudnessOf)).toEqual([1, 2, 3, 3]);
  expect(ladder.map(isForTablets)).toEqual([false, false, true, true]);
});
