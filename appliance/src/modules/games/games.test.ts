import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GameAction, type GameState, gameActions, gameStates } from '../../../contract/games.ts';
import { aGameRow } from '../../testing/game-rows.ts';
import { afterStep, afterUndo, allowedActions, fieldsBefore, isAllowed, ticketOf } from './games.ts';
import type { GameRow } from './games-tables.ts';

type Step = Exclude<GameAction, 'undo'>;

/** What each state lets happen, and where it leads. Everything else is refused. */
const model: Record<GameState, Partial<Record<Step, GameState>>> = {
  new: { queue: 'queued', confirm: 'confirmed', cancel: 'cancelled' },
  queued: { recall: 'recalled', hold: 'held', cancel: 'cancelled' },
  recalled: {
    queue: 'queued',
    confirm: 'confirmed',
    hold: 'held',
    'no-show': 'no_show',
    cancel: 'cancelled',
    remind: 'recalled',
  },
  confirmed: { play: 'playing', 'no-show': 'no_show', cancel: 'cancelled' },
  playing: { complete: 'completed', abort: 'confirmed', cancel: 'cancelled' },
  completed: {},
  held: { queue: 'queued', cancel: 'cancelled' },
  no_show: { queue: 'queued', cancel: 'cancelled' },
  cancelled: {},
};
const steps = gameActions.filter((action): action is Step => action !== 'undo');

const graceMs = 180_000;
let lastPlace = 0;
const context = (now: number) => ({
  now,
  nextPlace: () => {
    lastPlace += 1;
    return lastPlace;
  },
  graceMs: () => graceMs,
  stationId: 'rig-1',
  result: { score: 7, distance: 120.5, homeruns: 2 },
});

/** A game as the service stores it after a step: the step can be undone. */
const stepped = (game: GameRow, action: Step, now: number): GameRow => ({
  ...afterStep(game, action, context(now)),
  undoable: `step at ${now}`,
});
/** A called guest has a full grace anew after an undo, and the moment of the last step is that of the undo. */
const untimed = ({ state_at: _at, grace_until: _until, undoable: _undoable, ...game }: GameRow) => game;

describe.each(gameStates)('a game that is %s', (state) => {
  const game = aGameRow({ state, place: 3, undoable: null });

  test.each(steps)('%s', (action) => {
    const to = model[state][action];
    expect(isAllowed(game, action)).toBe(to !== undefined);
    if (to !== undefined) expect(afterStep(game, action, context(5))).toMatchObject({ state: to });
  });

  test('offers exactly what it lets happen', () => {
    expect(allowedActions(game).toSorted()).toEqual(Object.keys(model[state]).toSorted());
  });

  test.each(Object.keys(model[state]) as Step[])('has its %s undone', (action) => {
    const after = stepped(game, action, 10);
    const undone = afterUndo(after, fieldsBefore(game), 20, graceMs);
    expect(untimed(undone)).toEqual(untimed(game));
    expect(undone).toMatchObject({
      state_at: 20,
      grace_until: state === 'recalled' ? 20 + graceMs : null,
      undoable: null,
    });
  });
});

test('undo is offered while there is something to undo, in every state', () => {
  for (const state of gameStates) {
    expect(isAllowed(aGameRow({ state, undoable: null }), 'undo')).toBe(false);
    expect(allowedActions(aGameRow({ state, undoable: 'a step' })).at(-1)).toBe('undo');
  }
});

test('whatever is pressed in whatever order, a game stays within the model', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...gameActions), { maxLength: 60 }), (pressed) => {
      let game = aGameRow({ state: 'new', undoable: null });
      let before: GameRow | null = null;
      for (const [index, action] of pressed.entries()) {
        const now = 1_000 * (index + 1);
        const to = action === 'undo' ? before?.state : model[game.state][action];
        expect(isAllowed(game, action)).toBe(to !== undefined);
        if (to === undefined) continue;
        if (action === 'undo' && before !== null) {
          const undone = afterUndo(game, fieldsBefore(before), now, graceMs);
          expect(untimed(undone)).toEqual(untimed(before));
          game = undone;
          before = null;
        } else if (action !== 'undo') {
          before = game;
          game = stepped(game, action, now);
        }
        expect(game.state).toBe(to);
        expect(game.state === 'queued' ? game.place : 0).not.toBeNull();
        expect(game.grace_until).toBe(game.state === 'recalled' ? now + graceMs : null);
        expect(game.score === null).toBe(game.state !== 'completed');
      }
    }),
    { numRuns: 500 },
  );
});

test('a guest who is queued again goes to the back, and to the old place when that is undone', () => {
  const called = aGameRow({ state: 'recalled', place: 1, recall_count: 2, recalled_at: 50, undoable: 'x' });
  const requeued = stepped(called, 'queue', 60);
  expect(requeued.place).toBeGreaterThan(1);
  expect(requeued).toMatchObject({ recall_count: 0, recalled_at: null, grace_until: null, queued_at: 60 });
  expect(afterUndo(requeued, fieldsBefore(called), 70, graceMs).place).toBe(1);
});

test('a reminder counts and starts the grace anew, and the guest was called when they were called', () => {
  const called = aGameRow({ state: 'recalled', recall_count: 1, recalled_at: 50, state_at: 50 });
  expect(stepped(called, 'remind', 100)).toMatchObject({
    recall_count: 2,
    recalled_at: 50,
    state_at: 50,
    grace_until: 100 + graceMs,
  });
});

test('an aborted turn keeps its station and forgets that it began', () => {
  const playing = aGameRow({ state: 'playing', station_id: 'rig-3', played_at: 9 });
  expect(stepped(playing, 'abort', 10)).toMatchObject({
    state: 'confirmed',
    station_id: 'rig-3',
    played_at: null,
  });
});

test('a guest who leaves the floor leaves the station', () => {
  for (const action of ['no-show', 'cancel'] as const) {
    expect(stepped(aGameRow({ state: 'confirmed', station_id: 'rig-3' }), action, 1).station_id).toBeNull();
  }
});

test.each([
  [1, 'A001'],
  [42, 'A042'],
  [999, 'A999'],
  [1000, 'A1000'],
])('ticket %i is %s', (number, ticket) => expect(ticketOf('A', number)).toBe(ticket));
