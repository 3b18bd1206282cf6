import { describe, expect, test } from 'vitest';
import { type GameState, gameStates } from '../../../contract/games.ts';
import { allowedActions } from '../games/games.ts';
import { effectOf, isNumber, mayAnswerAgain, stored } from './replies.ts';

const answers = ['coming', 'more_time', 'leaving'] as const;

describe('what an answer does', () => {
  const does = (answer: (typeof answers)[number]) =>
    Object.fromEntries(
      gameStates.flatMap((state) => {
        const effect = effectOf(answer, state);
        return effect === undefined ? [] : [[state, effect.step ?? effect.outcome]];
      }),
    );

  test('coming', () => {
    expect(does('coming')).toEqual({
      recalled: 'confirm',
      held: 'queue',
      queued: 'noted',
      confirmed: 'nothing_to_do',
      playing: 'nothing_to_do',
    });
  });
  test('more time', () => {
    expect(does('more_time')).toEqual({ recalled: 'hold', queued: 'hold', held: 'nothing_to_do' });
  });
  test('leaving', () => {
    const cancel = 'cancel';
    expect(does('leaving')).toEqual({
      recalled: cancel,
      queued: cancel,
      held: cancel,
      confirmed: cancel,
      no_show: cancel,
      cancelled: 'nothing_to_do',
    });
  });

  test('is always a step that the state allows', () => {
    const wrong: [string, GameState][] = [];
    for (const answer of answers)
      for (const state of gameStates) {
        const step = effectOf(answer, state)?.step;
        const allowed = allowedActions({ state, undoable: null });
        if (step !== undefined && step !== null && !allowed.includes(step)) wrong.push([answer, state]);
      }
    expect(wrong).toEqual([]);
  });
});

test.each([
  ['+14155550123', true],
  ['+49301234567', true],
  ['22395', false],
  ['+22395', false],
  ['Twilio', false],
  ['', false],
  ['4155550123', false],
  ['+1415555012345678', false],
])('%s is a number: %s', (sender, expected) => {
  expect(isNumber(sender)).toBe(expected);
});

test('a text is stored as every database takes it', () => {
  expect(stored('a\u0000b\ud800c')).toBe('ab\ufffdc');
  const long = stored(`${'x'.repeat(1_599)}👍👍`);
  expect(long.length).toBe(1_600);
  expect(long.isWellFormed()).toBe(true);
});

test('a second tap counts after two seconds, or when the clock was set back', () => {
  expect(mayAnswerAgain(null, 10_000)).toBe(true);
  expect(mayAnswerAgain(9_000, 10_000)).toBe(false);
  expect(mayAnswerAgain(8_000, 10_000)).toBe(true);
  expect(mayAnswerAgain(20_000, 10_000)).toBe(true);
});
