import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GameState, gameStates } from '../../../contract/games.ts';
import { type LifeEvent, lifeEvents } from '../../../contract/rigs.ts';
import { isOfLife, judge, type KnownGame, possession } from './rigs.ts';

const result = { score: 10, distance: 120.5, homeruns: 2 };
const aGame = (state: GameState, more: Partial<KnownGame> = {}): KnownGame => ({
  state,
  result: state === 'completed' ? result : null,
  isAtRig: true,
  isTakenAway: false,
  ...more,
});
const aSaid = (type: string, seq = 5) => ({ type, seq, result: type === 'completed' ? result : null });

test('the rules and the contract speak of the same events', () => {
  expect(lifeEvents.every(isOfLife)).toBe(true);
  expect(isOfLife('hit')).toBe(false);
});

describe('an event that comes in order', () => {
  test.each<[LifeEvent | 'hit', GameState, string, string[]]>([
    ['started', 'confirmed', 'applied', ['play']],
    ['started', 'playing', 'applied', []],
    ['progress', 'confirmed', 'applied', ['play']],
    ['progress', 'playing', 'applied', []],
    ['completed', 'playing', 'applied', ['complete']],
    ['completed', 'confirmed', 'applied', ['play', 'complete']],
    ['completed', 'completed', 'applied', []],
    ['aborted', 'playing', 'applied', ['abort']],
    ['aborted', 'confirmed', 'applied', []],
    ['aborted', 'completed', 'late', []],
    ['started', 'completed', 'late', []],
    ['started', 'cancelled', 'conflict', []],
    ['completed', 'no_show', 'conflict', []],
    ['progress', 'queued', 'ignored', []],
    ['hit', 'playing', 'applied', []],
    ['hit', 'cancelled', 'ignored', []],
  ])('%s while the game is %s: %s', (type, state, outcome, steps) => {
    expect(judge(aSaid(type), aGame(state), -1)).toMatchObject({ outcome, steps });
  });

  test('changes nothing at another rig’s game, in whatever state', () => {
    for (const state of gameStates) {
      for (const type of [...lifeEvents, 'hit']) {
        const { outcome, steps } = judge(aSaid(type), aGame(state, { isAtRig: false }), -1);
        expect(steps).toEqual([]);
        expect(['conflict', 'ignored']).toContain(outcome);
      }
    }
  });

  test('of a game that nobody knows is ignored', () => {
    expect(judge(aSaid('completed'), undefined, -1)).toMatchObject({
      outcome: 'ignored',
      code: 'unknown_game',
    });
  });

  test('with another result is a conflict, with the same it is not', () => {
    const other = { ...aSaid('completed'), result: { ...result, homeruns: 3 } };
    expect(judge(other, aGame('completed'), -1)).toMatchObject({ outcome: 'conflict', code: 'other_result' });
  });

  test('of a turn that staff ended does not begin it anew', () => {
    const game = aGame('confirmed', { isTakenAway: true });
    expect(judge(aSaid('progress'), game, -1)).toMatchObject({ outcome: 'late', steps: [] });
    expect(judge(aSaid('started'), game, -1)).toMatchObject({ steps: ['play'] });
    expect(judge(aSaid('completed'), game, -1)).toMatchObject({ steps: ['play', 'complete'] });
  });
});

describe('a rig that is there', () => {
  test.each([
    ['busy', 'a', 'has'],
    ['idle', 'a', 'has'],
    ['busy', 'b', 'has_not'],
    ['online', null, 'has_not'],
    ['busy', undefined, 'has'],
    ['idle', undefined, 'has_not'],
    ['online', undefined, 'unsaid'],
  ] as const)('says %s and %s of the game a: %s', (presence, said, held) => {
    expect(possession(presence, said, 'a')).toBe(held);
  });
});

/** One turn after another of the same game, as a rig can live through them: the last may be whole. */
const aLife = fc
  .record({
    turns: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }),
    end: fc.constantFrom('completed', 'aborted', 'playing'),
  })
  .map(({ turns, end }) =>
    turns.flatMap((scores, turn): string[] => [
      'started',
      ...Array.from({ length: scores }, () => 'progress'),
      'hit',
      ...(turn < turns.length - 1 ? ['aborted'] : end === 'playing' ? [] : [end]),
    ]),
  )
  .map((types) => types.map((type, index) => aSaid(type, index + 1)));

const stepsTo = { play: 'playing', abort: 'confirmed', complete: 'completed' } as const;

/** Where the events lead in the order in which they arrive, each counted once. */
function outcomeOf(arrivals: readonly ReturnType<typeof aSaid>[]): GameState {
  let state: GameState = 'confirmed';
  let latest = -1;
  const seen = new Set<number>();
  for (const said of arrivals) {
    if (seen.has(said.seq)) continue;
    seen.add(said.seq);
    for (const step of judge(said, aGame(state), latest).steps) state = stepsTo[step];
    if (isOfLife(said.type)) latest = Math.max(latest, said.seq);
  }
  return state;
}

test('repeated and in whatever order, a rig’s events lead to the same end', () => {
  const arrivals = aLife.chain((log) =>
    fc.record({
      log: fc.constant(log),
      arrived: fc
        .array(fc.constantFrom(...log), { maxLength: 10 })
        .chain((again) => fc.shuffledSubarray([...log, ...again], { minLength: log.length + again.length })),
    }),
  );
  fc.assert(
    fc.property(arrivals, ({ log, arrived }) => {
      expect(outcomeOf(arrived)).toBe(outcomeOf(log));
    }),
    { numRuns: 2_000 },
  );
});
