import { isDeepStrictEqual } from 'node:util';
import type { RigEvent, RigEventPayload } from '../../../contract/rigs.ts';
import { toMoment } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Identity } from '../../platform/mqtt/topic.ts';
import type { DeviceHeard, DevicesModule } from '../devices/index.ts';
import { type Actor, appliance, type GameRow, type GamesModule, gameById } from '../games/index.ts';
import type { EventAllowance } from './event-allowance.ts';
import type { Posts } from './posts.ts';
import { isOfLife, judge, type KnownGame, type RigStep, type Verdict } from './rigs.ts';
import { rigContradicted } from './rigs-events.ts';
import { rigProblems } from './rigs-problems.ts';
import { rigsStore } from './rigs-store.ts';
import type { RigEventRow } from './rigs-tables.ts';

/** Not a problem of the message but of its pace: it is not acknowledged, and comes again when the rig reconnects. */
export class TooFast extends Error {
  override readonly name = 'TooFast';
}

export interface RigsServiceDeps {
  database: Database;
  ids: Ids;
  events: Events;
  posts: Posts;
  allowance: EventAllowance;
  devices: Pick<DevicesModule, 'rig' | 'venueTime'>;
  games: Pick<GamesModule, 'act' | 'resume' | 'lastStep' | 'setNotice'>;
}

/** So many contradictions of one number are kept: staff know by then. */
const mostContradictions = 5;
const farthestDate = 8.64e15;

export const eventView = (row: RigEventRow): RigEvent => ({
  id: row.id,
  device: row.device,
  run: row.run,
  seq: row.seq,
  game_id: row.game_id,
  type: row.type,
  data: JSON.parse(row.data),
  device_at: row.device_at_us / 1_000 > farthestDate ? null : toMoment(Math.floor(row.device_at_us / 1_000)),
  venue_at: toMoment(row.venue_at),
  received_at: toMoment(row.received_at),
  outcome: row.outcome,
  code: row.code,
});

const dataOf = ({ run, seq, game_id, type, t_us, ...data }: RigEventPayload): object => data;

/** The order of the fields says nothing: a rig may write them as it likes each time. */
function isRepetition(row: Pick<RigEventRow, 'game_id' | 'type' | 'data'>, event: RigEventPayload): boolean {
  if (row.game_id !== event.game_id || row.type !== event.type) return false;
  const data = JSON.stringify(dataOf(event));
  return row.data === data || isDeepStrictEqual(JSON.parse(row.data), JSON.parse(data));
}

export function createRigsService(deps: RigsServiceDeps) {
  const { database, ids, events, posts, allowance, devices, games } = deps;

  /** The last step was a person's, so the rig's turn before it is over. */
  function isTakenAway(tx: Transaction, game: GameRow, rig: Actor): boolean {
    const last = games.lastStep(tx, game);
    if (last === undefined) return true;
    return last.action === 'abort' && last.actor !== appliance.username && last.actor !== rig.username;
  }

  const known = (tx: Transaction, game: GameRow, rig: Actor): KnownGame => ({
    state: game.state,
    result:
      game.score === null
        ? null
        : {
            score: game.score,
            ...(game.distance === null ? {} : { distance: game.distance }),
            ...(game.homeruns === null ? {} : { homeruns: game.homeruns }),
          },
    isAtRig: posts.isAtRig(tx, game, rig.username),
    isTakenAway: isTakenAway(tx, game, rig),
  });

  /** Takes the steps, or none of them: then the refusal is the verdict. */
  function take(
    tx: Transaction,
    gameId: string,
    verdict: Verdict,
    event: RigEventPayload,
    rig: Actor,
  ): Verdict {
    const inputOf = (step: RigStep) => (step === 'complete' && 'result' in event ? event.result : {});
    try {
      tx.attempt(() => {
        for (const step of verdict.steps) games.act(tx, gameId, step, inputOf(step), rig);
      });
      return verdict;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { outcome: 'conflict', code: error.kind.code, steps: [] };
    }
  }

  function effect(tx: Transaction, event: RigEventPayload, rig: Actor): Verdict {
    const { game_id, type, seq, run } = event;
    const game = tx.get(gameById, { id: game_id });
    const latest = rigsStore.latestOfLife(tx, { device: rig.username, run, game_id });
    const said = { type, seq, result: 'result' in event ? event.result : null };
    const verdict = judge(said, game === undefined ? undefined : known(tx, game, rig), latest);
    if (game === undefined) return verdict;
    const isAlive = verdict.outcome === 'applied' && verdict.steps.length === 0 && seq > latest;
    if (isAlive && type !== 'aborted' && game.state === 'playing' && game.interrupted_until !== null)
      games.resume(tx, game);
    const taken = take(tx, game_id, verdict, event, rig);
    if (taken.outcome === 'conflict' && type === 'completed') games.setNotice(tx, game, 'result_conflict');
    return taken;
  }

  function keep(
    tx: Transaction,
    event: RigEventPayload,
    device: string,
    receivedAt: number,
    came: Pick<Verdict, 'outcome' | 'code'>,
    venueAt: number,
  ): void {
    const { run, seq, game_id, type, t_us } = event;
    const { outcome, code } = came;
    rigsStore.insertEvent(tx, {
      id: ids.next(),
      device,
      run,
      seq,
      game_id,
      type,
      data: JSON.stringify(dataOf(event)),
      device_at_us: t_us,
      venue_at: venueAt,
      received_at: receivedAt,
      outcome,
      code,
    });
    if (outcome === 'conflict') events.publish(tx, rigContradicted, { device, game_id, code: code ?? '' });
  }

  function contradict(tx: Transaction, event: RigEventPayload, device: string, receivedAt: number): void {
    const known = rigsStore.contradictionsUnder(tx, { device, ...event });
    if (known.length >= mostContradictions || known.some((row) => isRepetition(row, event))) return;
    const game = tx.get(gameById, { id: event.game_id });
    if (game !== undefined && event.type === 'completed') games.setNotice(tx, game, 'result_conflict');
    keep(tx, event, device, receivedAt, { outcome: 'conflict', code: 'seq_used_twice' }, receivedAt);
  }

  /** False when the event contradicts what is known under its number. */
  function apply(tx: Transaction, event: RigEventPayload, rig: Actor, receivedAt: number): boolean {
    const device = rig.username;
    const known = rigsStore.eventUnder(tx, { device, ...event });
    if (known !== undefined) {
      if (isRepetition(known, event)) return true;
      contradict(tx, event, device, receivedAt);
      return false;
    }
    const venueAt = devices.venueTime(tx, device, event.t_us / 1_000, receivedAt);
    keep(tx, event, device, receivedAt, effect(tx, event, rig), venueAt);
    return true;
  }

  return {
    /**
     * Takes one event of a rig, once. Durable when it resolves, so that the rig may forget what is acknowledged.
     * Rejects with `too_many_events` for what is not kept, with `seq_used_twice` for what is kept as a contradiction,
     * and with `TooFast` for what must come again later.
     */
    async told({ name, role, userId }: Identity, event: RigEventPayload, receivedAt: number): Promise<void> {
      const ofLife = isOfLife(event.type) && event.type !== 'progress';
      if (!allowance.take(name, event.game_id, ofLife)) {
        if (ofLife) throw new TooFast(`${name} moves games too fast`);
        throw new Problem(rigProblems.too_many_events);
      }
      const rig = { userId, username: name, role };
      const isTaken = await database.write((tx) => apply(tx, event, rig, receivedAt));
      if (!isTaken) throw new Problem(rigProblems.seq_used_twice);
    },
    /** Joins what a rig says of itself: one that plays a game on after the venue gave it back has it again. */
    followRig(tx: Transaction, { device, presence, gameId }: DeviceHeard): void {
      if (presence === 'offline' || typeof gameId !== 'string') return;
      const row = devices.rig(tx, device);
      const game = tx.get(gameById, { id: gameId });
      if (row === undefined || game?.state !== 'confirmed') return;
      const rig = { userId: row.user_id, username: device, role: 'rig' };
      if (!posts.isAtRig(tx, game, device) || isTakenAway(tx, game, rig)) return;
      games.act(tx, gameId, 'play', { reason: 'the rig plays it' }, rig);
    },
  };
}
export type RigsService = ReturnType<typeof createRigsService>;
