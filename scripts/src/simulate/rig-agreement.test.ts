import { expect, test } from 'vitest';
import type { GameState, GameTransition } from '../../../appliance/contract/games.ts';
import type { RigEvent } from '../../../appliance/contract/rigs.ts';
import type { ToldEvent } from './ledger.ts';
import { courseDisagreements, eventDisagreements } from './rig-agreement.ts';

const at = '2026-07-01T17:00:00.000Z';
const kept = (seq: number, change: Partial<RigEvent> = {}): RigEvent => ({
  id: `e${seq}`,
  device: 'rig-2',
  run: 'a-run-of-it',
  seq,
  game_id: 'g',
  type: 'started',
  data: {},
  device_at: at,
  venue_at: at,
  received_at: at,
  outcome: 'applied',
  code: null,
  ...change,
});
const told = (seq: number): ToldEvent => ({
  device: 'rig-2',
  event: { run: 'a-run-of-it', seq, game_id: 'g', t_us: 0, type: 'started' },
});

test('each acknowledged event is there once; one without an answer may be', () => {
  expect(eventDisagreements([kept(1), kept(2)], [told(1)])).toEqual([]);
  expect(eventDisagreements([kept(1)], [told(1), told(2)])).toEqual([
    'event 2 of rig-2 in a-run-of was acknowledged and is not there',
  ]);
  expect(eventDisagreements([kept(1), kept(1)], [told(1)])).toEqual([
    'event 1 of rig-2 in a-run-of is there 2 times',
  ]);
});

test('a result that was not taken is found; another late event is none', () => {
  expect(eventDisagreements([kept(1, { outcome: 'late', code: 'game_completed' })], [])).toEqual([]);
  const refused = kept(1, { type: 'completed', outcome: 'conflict', code: 'other_result' });
  expect(eventDisagreements([refused], [])).toEqual([
    'the result in event 1 of rig-2 in a-run-of was not taken: conflict other_result',
  ]);
});

const history = (...actions: string[]): GameTransition[] =>
  actions.map((action, index) => ({
    id: `t${index}`,
    action,
    from: null,
    to: 'playing',
    at,
    actor: 'rig-2',
    actor_role: 'rig',
    reason: null,
    undone: false,
  }));
const course = (actions: string[], state: GameState = 'completed', isOver = true) =>
  courseDisagreements({ ticket: 'A001', state, interrupted_until: at }, history(...actions), isOver);

test('an interrupted game goes on or is given back, and comes to an end', () => {
  expect(course(['play', 'interrupt', 'resume', 'complete'])).toEqual([]);
  expect(course(['play', 'interrupt', 'abort', 'play', 'complete'])).toEqual([]);
  expect(course(['play', 'interrupt', 'abort'], 'confirmed')).toEqual([
    'A001: was interrupted, and is confirmed at the end',
  ]);
  expect(course(['play', 'interrupt'], 'playing', false)).toEqual([]);
  expect(course(['play', 'interrupt'], 'playing')).toContain(
    'A001: was interrupted, and neither went on nor was given back',
  );
});

test('a result that counted twice is found', () => {
  expect(course(['play', 'complete', 'complete'])).toEqual(['A001: was completed 2 times']);
});
