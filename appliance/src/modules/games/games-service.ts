import type { Presence } from '../../../contract/devices.ts';
import type {
  ActionInput,
  CompleteInput,
  GameAction,
  GameInput,
  GameNotice,
} from '../../../contract/games.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Ids } from '../../platform/ids.ts';
import type { VenueTime } from '../../platform/venue-time.ts';
import type { AttractionsModule } from '../attractions/index.ts';
import type { DevicesModule } from '../devices/index.ts';
import type { PlayersModule } from '../players/index.ts';
import {
  afterInterruption,
  afterResumption,
  afterStep,
  afterUndo,
  allowedActions,
  fieldsBefore,
  isAllowed,
  meantGame,
  newGame,
  type StepContext,
  ticketOf,
} from './games.ts';
import { type GameChange, gameChanged, type Interruption } from './games-events.ts';
import { gameProblems } from './games-problems.ts';
import { type GameWithPlayer, gamesStore } from './games-store.ts';
import type { GameRow } from './games-tables.ts';

/** Who makes a step: a user, a device, or the appliance itself when a timer runs out. */
export interface Actor {
  readonly userId: string | null;
  readonly username: string;
  readonly role: string;
}

export const appliance: Actor = { userId: null, username: 'appliance', role: 'appliance' };
/** The guest whose game it is, by a text or on their own page: nobody who signs in. */
export const guest: Actor = { userId: null, username: 'guest', role: 'guest' };

export interface Stepped {
  game: GameWithPlayer;
  warnings: string[];
}

/** A game that a phone played. */
export interface PlayedElsewhere {
  readonly player_id: string;
  readonly attraction: string;
  readonly result: Pick<CompleteInput, 'score' | 'distance' | 'homeruns'>;
  /** Epoch milliseconds, by the venue's clock. */
  readonly began: number;
  readonly ended: number;
}

export interface GamesServiceDeps {
  clock: Clock;
  ids: Ids;
  events: Events;
  venueTime: VenueTime;
  attractions: Pick<
    AttractionsModule,
    'attraction' | 'stationById' | 'stationOf' | 'stationOfDevice' | 'stations'
  >;
  devices: Pick<DevicesModule, 'rig' | 'presenceOf'>;
  players: Pick<PlayersModule, 'addGuest' | 'player'>;
}

/** Switched off, or never heard of over MQTT. */
const unseen: ReadonlySet<Presence> = new Set(['offline', 'unknown']);

const isStaff = (actor: Actor): boolean => actor.role === 'admin' || actor.role === 'staff';

export function createGamesService(deps: GamesServiceDeps) {
  const { clock, ids, events, venueTime, attractions, devices, players } = deps;

  function game(reads: Pick<Statements, 'all' | 'get'>, id: string): GameWithPlayer {
    const row = gamesStore.gameById(reads, id);
    if (row === undefined) throw new Problem(httpProblems.not_found);
    return row;
  }

  /** Staff may sign somebody up all the same; a full queue they must override knowingly. */
  function refuseWhenClosed(tx: Transaction, attractionId: string, actor: Actor, override: boolean): void {
    const attraction = attractions.attraction(tx, attractionId);
    if (attraction.paused === 1 && !isStaff(actor)) throw new Problem(gameProblems.attraction_paused);
    if (attraction.capacity === null || (override && isStaff(actor))) return;
    const waiting = gamesStore.countQueued(tx, attractionId);
    if (waiting >= attraction.capacity)
      throw new Problem(gameProblems.attraction_full, undefined, { waiting });
  }

  const deviceAt = (tx: Transaction, stationId: string | null): string | null =>
    stationId === null ? null : (attractions.stationById(tx, stationId)?.device ?? null);

  /** Whether a rig other than the one who acts stands at the station. */
  function isOfOtherRig(tx: Transaction, stationId: string | null, { role, username }: Actor): boolean {
    if (role !== 'rig') return false;
    const device = deviceAt(tx, stationId);
    return device !== null && device !== username && devices.rig(tx, device) !== undefined;
  }

  /** A rig leaves the games of others alone, but takes over a guest who is ready and whose rig nobody sees. */
  function refuseOtherRig(tx: Transaction, row: GameRow, action: GameAction, actor: Actor): void {
    if (!isOfOtherRig(tx, row.station_id, actor)) return;
    const device = deviceAt(tx, row.station_id) ?? '';
    if (action === 'play' && unseen.has(devices.presenceOf(tx, device))) return;
    throw new Problem(gameProblems.not_at_this_rig, undefined, { device });
  }

  /** The station that was asked for, the rig's own, or the first that nobody is at; never that of another rig. */
  function stationFor(
    tx: Transaction,
    row: GameRow,
    action: GameAction,
    asked: string | undefined,
    actor: Actor,
  ) {
    if (action !== 'confirm' && action !== 'play') return row.station_id;
    if (asked !== undefined) {
      const { id, device } = attractions.stationOf(tx, asked, row.attraction);
      if (isOfOtherRig(tx, id, actor)) throw new Problem(gameProblems.not_at_this_rig, undefined, { device });
      return id;
    }
    const own = attractions.stationOfDevice(tx, actor.username);
    if (own?.attraction === row.attraction) return own.id;
    if (row.station_id !== null && !isOfOtherRig(tx, row.station_id, actor)) return row.station_id;
    const taken = gamesStore.stationsTaken(tx, row.attraction);
    const free = attractions
      .stations(tx)
      .find(
        ({ id, attraction, in_service }) =>
          attraction === row.attraction && in_service === 1 && !taken.has(id) && !isOfOtherRig(tx, id, actor),
      );
    return free?.id ?? null;
  }

  const graceMs = (tx: Transaction, row: GameRow): number =>
    attractions.attraction(tx, row.attraction).grace_seconds * 1000;

  function resultOf(row: GameRow, input: ActionInput | CompleteInput): StepContext['result'] {
    if (!('score' in input)) return null;
    const { score, distance = null, homeruns = null } = input;
    if (row.attraction === 'derby' && (distance === null || homeruns === null)) {
      throw new Problem(gameProblems.result_incomplete);
    }
    return { score, distance, homeruns };
  }

  function record(
    tx: Transaction,
    action: GameChange['action'],
    before: GameRow | null,
    after: GameRow,
    actor: Actor,
    note: { id: string; reason: string | null; undoes: string | null },
  ): string[] {
    gamesStore.insertTransition(tx, {
      id: note.id,
      game_id: after.id,
      action,
      from_state: before?.state ?? null,
      to_state: after.state,
      at: clock.now(),
      actor_id: actor.userId,
      actor: actor.username,
      actor_role: actor.role,
      reason: note.reason,
      before: before === null ? '{}' : fieldsBefore(before),
      undoes: note.undoes,
    });
    const warnings: string[] = [];
    const warn = (code: string) => warnings.push(code);
    events.publish(tx, gameChanged, { action, actor: actor.username, before, after, warn });
    return warnings;
  }

  /** A game in its first state. */
  function begin(
    tx: Transaction,
    input: Pick<GameInput, 'attraction' | 'party_size'> & { player_id: string },
    actor: Actor,
  ): GameRow {
    const attraction = attractions.attraction(tx, input.attraction);
    const now = clock.now();
    const number = gamesStore.nextValue(tx, `ticket/${attraction.id}/${venueTime.dayOf(now)}`);
    const row = newGame({
      id: ids.next(),
      player_id: input.player_id,
      attraction: attraction.id,
      ticket: ticketOf(attraction.ticket_letter, number),
      code: ids.code(10),
      party_size: input.party_size,
      created_at: now,
    });
    gamesStore.insertGame(tx, row);
    record(tx, 'create', null, row, actor, { id: ids.next(), reason: null, undoes: null });
    return row;
  }

  function step(
    tx: Transaction,
    id: string,
    action: Exclude<GameAction, 'undo'>,
    input: ActionInput | CompleteInput,
    actor: Actor,
    notice: GameNotice | null = null,
  ): Stepped {
    const before = game(tx, id);
    if (!isAllowed(before, action)) throw invalidTransition(before, action);
    refuseOtherRig(tx, before, action, actor);
    const { station_id: asked, override = false } = 'score' in input ? {} : input;
    if (action === 'confirm' && before.state === 'new' && gamesStore.countQueued(tx, before.attraction) > 0) {
      if (!(override && isStaff(actor))) throw new Problem(gameProblems.queue_not_empty);
    }
    if (action === 'queue' && before.state === 'new')
      refuseWhenClosed(tx, before.attraction, actor, override);
    const transitionId = ids.next();
    const after: GameRow = {
      ...afterStep(before, action, {
        now: clock.now(),
        nextPlace: () => gamesStore.nextValue(tx, 'place'),
        graceMs: () => graceMs(tx, before),
        stationId: stationFor(tx, before, action, asked, actor),
        result: resultOf(before, input),
      }),
      notice,
      undoable: transitionId,
    };
    gamesStore.updateStep(tx, after);
    const note = { id: transitionId, reason: input.reason ?? null, undoes: null };
    const warnings = record(tx, action, before, after, actor, note);
    return { game: game(tx, id), warnings };
  }

  function undo(tx: Transaction, id: string, reason: string | null, actor: Actor): Stepped {
    const before = game(tx, id);
    const last = before.undoable === null ? undefined : gamesStore.transitionById(tx, before.undoable);
    if (last === undefined) throw invalidTransition(before, 'undo');
    const after = afterUndo(before, last.before, clock.now(), graceMs(tx, before));
    gamesStore.updateStep(tx, after);
    const warnings = record(tx, 'undo', before, after, actor, { id: ids.next(), reason, undoes: last.id });
    return { game: game(tx, id), warnings };
  }

  /** A row of the history that is no step: the last step stays the one that can be undone. */
  function note(
    tx: Transaction,
    action: Interruption,
    before: GameRow,
    after: GameRow,
    reason: string,
  ): void {
    gamesStore.updateNotice(tx, after);
    record(tx, action, before, after, appliance, { id: ids.next(), reason, undoes: null });
  }

  return {
    game,
    /** The device that stands at a station, if there is one. */
    deviceAt,
    /** A game without a station belongs to the rig that took it; before that to any rig of its attraction, or of none. */
    isAtRig(tx: Transaction, row: GameRow, device: string): boolean {
      if (row.station_id !== null) return deviceAt(tx, row.station_id) === device;
      if (row.state !== 'confirmed') return gamesStore.lastPlayer(tx, row.id) === device;
      const own = attractions.stationOfDevice(tx, device);
      return own === undefined || own.attraction === row.attraction;
    },
    /** The rig that plays it is gone; the game waits for it until `until` and goes on when it is resumed. */
    interrupt(tx: Transaction, row: GameRow, until: number, reason: string): void {
      note(tx, 'interrupt', row, afterInterruption(row, until), reason);
    },
    /** The rig is there again and still plays it. */
    resume(tx: Transaction, row: GameRow): void {
      note(tx, 'resume', row, afterResumption(row), 'the rig is back');
    },
    /** The rig that plays it has lost it: the guest is ready again. Throws `invalid_transition`. */
    giveBack: (tx: Transaction, id: string, reason: string): Stepped =>
      step(tx, id, 'abort', { reason }, appliance, 'rig_aborted'),
    /** The step that `undo` would take back. */
    lastStep: (reads: Pick<Statements, 'all' | 'get'>, { undoable }: GameRow) =>
      undoable === null ? undefined : gamesStore.transitionById(reads, undoable),
    /**
     * Makes a game for a known player, or for a guest who is made with it. Throws `unknown_attraction`,
     * `unknown_player`, `attraction_paused`, `attraction_full` and what a bad guest throws.
     */
    create(tx: Transaction, input: GameInput, actor: Actor): GameWithPlayer {
      refuseWhenClosed(tx, input.attraction, actor, false);
      const player =
        input.player === undefined
          ? players.player(tx, input.player_id ?? '')
          : players.addGuest(tx, input.player, actor.username);
      const row = begin(tx, { ...input, player_id: player.id }, actor);
      return {
        ...row,
        player_name: player.name,
        player_phone: player.phone,
        player_email: player.email,
        player_photo: player.photo,
      };
    },
    /**
     * A game that is over when the venue hears of it: nobody waited, and no station was taken, so neither a pause nor a
     * full queue is in its way. Answers its id. Throws `unknown_attraction`, `unknown_player`, `result_incomplete`.
     */
    playedElsewhere(tx: Transaction, played: PlayedElsewhere, actor: Actor): string {
      const { result, began, ended } = played;
      const player = players.player(tx, played.player_id);
      const before = begin(tx, { ...played, player_id: player.id, party_size: 1 }, actor);
      const transitionId = ids.next();
      const after: GameRow = {
        ...afterStep(before, 'complete', {
          now: clock.now(),
          nextPlace: () => 0,
          graceMs: () => 0,
          stationId: null,
          result: resultOf(before, result),
        }),
        played_at: began,
        completed_at: ended,
        undoable: transitionId,
      };
      gamesStore.updateStep(tx, after);
      const note = { id: transitionId, reason: 'played away from the floor', undoes: null };
      record(tx, 'complete', before, after, actor, note);
      return after.id;
    },
    /**
     * Takes one step. Throws `not_found`, `invalid_transition`, `nothing_to_undo`, `queue_not_empty`,
     * `result_incomplete`, `unknown_station`, `not_at_this_rig`; then nothing has changed.
     */
    act: (
      tx: Transaction,
      id: string,
      action: GameAction,
      input: ActionInput | CompleteInput,
      actor: Actor,
    ) => (action === 'undo' ? undo(tx, id, input.reason ?? null, actor) : step(tx, id, action, input, actor)),
    /** Which game the owner of a phone speaks of; a no-show counts since `missedSince`, an ended game never. */
    gameOfPhone: (reads: Pick<Statements, 'all' | 'get'>, phone: string, missedSince: number) =>
      meantGame(gamesStore.ofPhone(reads, phone, missedSince)),
  };
}
export type GamesService = ReturnType<typeof createGamesService>;

const invalidTransition = (game: GameRow, action: GameAction): Problem =>
  new Problem(gameProblems.invalid_transition, `a game that is ${game.state} cannot ${action}`, {
    state: game.state,
    action,
    allowed: allowedActions(game),
  });
