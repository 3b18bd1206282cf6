import type { Logger } from 'pino';
import type { SessionWay } from '../../../contract/sessions.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Events } from '../../platform/events/events.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Ids } from '../../platform/ids.ts';
import type { StreamStore } from '../../platform/streams/stream-store.ts';
import type { Counts } from '../../platform/streams/stream-writer.ts';
import type { GameChange, GameRow, GamesModule } from '../games/index.ts';
import type { PlayersModule } from '../players/index.ts';
import { emptyTally, type SessionRecorder, type Tally } from './session-recorder.ts';
import { isMixed, whyNot } from './sessions.ts';
import { sensorDataErased } from './sessions-events.ts';
import { sessionsStore } from './sessions-store.ts';
import type { SessionRow } from './sessions-tables.ts';
import type { StoredBefore } from './stored-before.ts';

type Reads = Pick<Statements, 'all' | 'get'>;

/** A glove that belongs to a station. */
export interface GloveAtStation {
  readonly name: string;
  readonly hand: 'left' | 'right' | null;
  readonly gloveClass: string;
  readonly way: Exclude<SessionWay, 'phone'> | null;
  readonly deviceAuto: boolean;
}

/** With which readings of an open and a closed hand a glove's curls are told. Kept as JSON. */
export interface CalibrationAtStart {
  readonly id: string;
  readonly drifted: 0 | 1;
}

export interface GlovesOfStations {
  /** Those whose row names the station, and the one that is its device. */
  glovesAt(reads: Reads, stationId: string): readonly GloveAtStation[];
  calibrationFor(
    reads: Reads,
    wanted: { readonly glove: string; readonly playerId: string },
  ): CalibrationAtStart | undefined;
  eraseCalibrations(tx: Transaction, playerId: string): void;
}

export interface SessionsServiceDeps {
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  events: Events;
  games: Pick<GamesModule, 'game'>;
  players: Pick<PlayersModule, 'consentsOf'>;
  gloves: GlovesOfStations;
  recorder: SessionRecorder;
  logger: Pick<Logger, 'error'>;
  /** Who takes samples in: what the recorder has counted is what is to be stored only where this process does. */
  ingest: 'appliance' | 'workers';
  streams: Pick<StreamStore, 'countsOf'>;
  storedBefore(sessionId: string): StoredBefore;
  /** Deletes the samples of sessions that nobody wants; what is missed is found by a schedule. */
  drop(sessionIds: readonly string[]): void;
  /** Deletes the samples of a player's erased sessions, whatever happens meanwhile. */
  eraseLater(tx: Transaction, playerId: string): void;
}

/** A recording that somebody else made and that is stored whole. */
export interface PostedSession {
  /** The id of its stream. */
  readonly id: string;
  readonly game_id: string;
  readonly player_id: string;
  readonly hand: 'left' | 'right' | null;
  readonly samples: number;
  readonly started_at: number;
  readonly ended_at: number;
}

const postedClass = 'phone';

export function createSessionsService(deps: SessionsServiceDeps) {
  const { clock, ids, events, games, players, gloves, recorder } = deps;

  function open(tx: Transaction, game: GameRow): void {
    if (game.station_id === null || !players.consentsOf(tx, game.player_id).sensor) return;
    const before = sessionsStore.ofGame(tx, game.id);
    for (const glove of gloves.glovesAt(tx, game.station_id)) {
      // The end of the game was taken back: its session goes on.
      const closed = before.find((row) => row.glove === glove.name && row.state === 'closed');
      if (closed !== undefined && closed.kept === 'raw') reopen(tx, closed);
      else begin(tx, game, glove);
    }
  }

  function begin(tx: Transaction, game: GameRow, glove: GloveAtStation): void {
    const calibration = gloves.calibrationFor(tx, { glove: glove.name, playerId: game.player_id });
    const row: SessionRow = {
      id: ids.next(),
      game_id: game.id,
      player_id: game.player_id,
      glove: glove.name,
      hand: glove.hand,
      glove_class: glove.gloveClass,
      way: glove.way,
      state: 'open',
      calibration_id: calibration?.id ?? null,
      calibration: calibration === undefined ? null : JSON.stringify(calibration),
      ...judged({ ...emptyTally, deviceAuto: glove.deviceAuto }, driftedIn(calibration)),
      samples: 0,
      lost: 0,
      rejected: 0,
      kept: 'raw',
      started_at: clock.now(),
      ended_at: null,
      processed_at: null,
    };
    sessionsStore.insert(tx, row);
    tx.afterCommit(() => recorder.begin(glove.name, row));
  }

  function reopen(tx: Transaction, row: SessionRow): void {
    sessionsStore.update(tx, { ...row, state: 'open', ended_at: null, processed_at: null });
    const earlier = { tally: tallyIn(row, row), last: null };
    tx.afterCommit(() => recorder.begin(row.glove ?? '', row, earlier));
  }

  /** No sample of it is taken any more; answers those it has. */
  function stopRecording(tx: Transaction, { id, glove }: SessionRow): Tally {
    if (glove === null) return emptyTally;
    tx.afterCommit(() => recorder.end(glove, id));
    return recorder.tallyOf(glove, id);
  }

  function close(tx: Transaction, row: SessionRow, endedAt: number, tally: Tally): void {
    const { samples, lost, rejected } = tally;
    sessionsStore.update(tx, {
      ...row,
      ...judgedAnew(row, tally),
      state: 'closed',
      samples,
      lost,
      rejected,
      ended_at: Math.max(endedAt, row.started_at),
    });
  }

  function discard(tx: Transaction, row: SessionRow): void {
    sessionsStore.update(tx, { ...emptied(row), state: 'discarded', ended_at: clock.now() });
    tx.afterCommit(() => deps.drop([row.id]));
  }

  /**
   * Nobody is shown a sample of this player any more, and all are deleted; with `results`, so are
   * their calibrations and what was made of all that. Answers how many sessions that were.
   */
  function erase(tx: Transaction, playerId: string, { results }: { readonly results: boolean }): number {
    const rows = sessionsStore.ofPlayer(tx, playerId).filter(({ state }) => state !== 'erased');
    for (const row of rows) {
      stopRecording(tx, row);
      sessionsStore.update(tx, { ...emptied(row), state: 'erased', ended_at: row.ended_at ?? clock.now() });
    }
    if (rows.length > 0) deps.eraseLater(tx, playerId);
    if (results) {
      gloves.eraseCalibrations(tx, playerId);
      events.publish(tx, sensorDataErased, { player_id: playerId });
    }
    return rows.length;
  }

  function session(reads: Reads, id: string): SessionRow {
    const row = sessionsStore.byId(reads, id);
    if (row === undefined) throw new Problem(httpProblems.not_found);
    return row;
  }

  /** What a restart has left of a session. Where samples cannot be read, games are played all the same. */
  async function onDisk(sessionId: string): Promise<Counts & Pick<StoredBefore, 'last'>> {
    try {
      const { samples, lost } = await deps.streams.countsOf(sessionId);
      const { last, missed } = deps.storedBefore(sessionId);
      return { samples, lost: lost + missed, last };
    } catch (error) {
      deps.logger.error({ err: error, session: sessionId }, 'what was recorded cannot be read');
      return { samples: 0, lost: 0, last: null };
    }
  }

  return {
    session,
    ofGame: sessionsStore.ofGame,
    ofPlayer: sessionsStore.ofPlayer,

    /** A session begins with the playing of a game and ends with it; without a result it is as if it had not been. */
    follow(tx: Transaction, { before, after }: Pick<GameChange, 'before' | 'after'>): void {
      const played = before?.state === 'playing';
      const plays = after.state === 'playing';
      if (plays && !played) open(tx, after);
      if (!played || plays) return;
      for (const row of sessionsStore.ofGame(tx, after.id)) {
        if (row.state !== 'open') continue;
        const tally = stopRecording(tx, row);
        if (after.state === 'completed') close(tx, row, clock.now(), tally);
        else discard(tx, row);
      }
    },

    /** Of an open session something is known that a crash would forget. */
    learned(tx: Transaction, id: string): void {
      const row = sessionsStore.byId(tx, id);
      if (row?.state !== 'open' || row.glove === null) return;
      sessionsStore.update(tx, { ...row, ...judgedAnew(row, recorder.tallyOf(row.glove, id)) });
    },

    /**
     * After a start: sessions of games that are still played go on, with what is on disk of them; the others end as
     * their game did.
     */
    async resume(reads: Reads, write: (work: (tx: Transaction) => void) => Promise<void>): Promise<void> {
      for (const row of sessionsStore.open(reads)) {
        const { last, ...counts } = await onDisk(row.id);
        const tally = tallyIn(row, counts);
        await write((tx) => {
          const game = games.game(tx, row.game_id);
          if (game.state === 'completed') close(tx, row, game.completed_at ?? clock.now(), tally);
          else if (game.state !== 'playing') discard(tx, row);
          else tx.afterCommit(() => recorder.begin(row.glove ?? '', row, { tally, last }));
        });
      }
    },

    /** Writes down a recording whose samples are stored already, in the transaction of its game. */
    addPosted(tx: Transaction, posted: PostedSession): SessionRow {
      const row: SessionRow = {
        ...posted,
        glove: null,
        glove_class: postedClass,
        way: 'phone',
        state: 'closed',
        calibration_id: null,
        calibration: null,
        ...judged({ ...emptyTally, deviceCalibrated: true }, null),
        lost: 0,
        rejected: 0,
        kept: 'raw',
        processed_at: null,
      };
      sessionsStore.insert(tx, row);
      return row;
    },

    /**
     * What is said of it is what is on disk, also when others took it in. What was taken in and is not there, for the
     * power went before it was, is lost.
     */
    counted(tx: Transaction, id: string, { samples, lost }: Counts): void {
      const row = sessionsStore.byId(tx, id);
      if (row?.state !== 'closed' || row.samples === samples) return;
      const taken = deps.ingest === 'appliance' ? row.samples + row.lost : 0;
      sessionsStore.update(tx, { ...row, samples, lost: Math.max(lost, taken - samples) });
    },

    /** The result of its analysis is stored: from now on its samples have their time. */
    processed(tx: Transaction, id: string): void {
      const row = sessionsStore.byId(tx, id);
      if (row?.state === 'closed') sessionsStore.update(tx, { ...row, processed_at: clock.now() });
    },

    /** Less is left of its samples than before. */
    keep(tx: Transaction, id: string, kept: SessionRow['kept']): void {
      const row = sessionsStore.byId(tx, id);
      if (row?.state === 'closed') sessionsStore.update(tx, { ...row, kept });
    },

    /** No sample is on this machine: every session says so. Answers how many had said otherwise. */
    recordingsGone: sessionsStore.keepNothing,

    erase,

    /** Who no longer agrees to be measured is not, and was not. */
    consentChanged(tx: Transaction, playerId: string): void {
      if (!players.consentsOf(tx, playerId).sensor) erase(tx, playerId, { results: false });
    },
  };
}
export type SessionsService = ReturnType<typeof createSessionsService>;

const driftedIn = (calibration: CalibrationAtStart | undefined): boolean | null =>
  calibration === undefined ? null : calibration.drifted === 1;

function judged(
  tally: Pick<Tally, 'deviceAuto' | 'deviceCalibrated' | 'uncalibrated'>,
  drifted: boolean | null,
): Pick<SessionRow, 'comparable' | 'why_not' | 'device_calibrated'> {
  const why_not = whyNot({ ...tally, drifted });
  return { comparable: why_not === null ? 1 : 0, why_not, device_calibrated: tally.deviceCalibrated ? 1 : 0 };
}

function judgedAnew(row: SessionRow, tally: Tally) {
  const deviceAuto = tally.deviceAuto || row.why_not === 'device_auto';
  const atStart = driftedOf(row);
  return judged({ ...tally, deviceAuto }, atStart === null ? null : atStart || tally.drifted);
}

/** Whether it was recorded with a calibration that had drifted; null without one. */
const driftedOf = ({ calibration }: SessionRow): boolean | null =>
  calibration === null ? null : driftedIn(JSON.parse(calibration) as CalibrationAtStart);

/** `samples`: on disk. */
const tallyIn = (row: SessionRow, { samples, lost }: Counts): Tally => ({
  samples,
  lost,
  rejected: row.rejected,
  deviceAuto: row.why_not === 'device_auto',
  deviceCalibrated: row.device_calibrated === 1,
  uncalibrated: row.device_calibrated === 1 ? isMixed(row) : samples > 0,
  drifted: row.why_not === 'drifted',
});

/** The row without anything that was measured. */
const emptied = (row: SessionRow): SessionRow => ({
  ...row,
  hand: null,
  calibration_id: null,
  calibration: null,
  kept: 'none',
});
