import type { Logger } from 'pino';
import type {
  CalibrationAction,
  CalibrationInput,
  CalibrationPhase,
  CalibrationProgress,
  CalibrationResult,
} from '../../../../contract/glove-calibration.ts';
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/database/database.ts';
import type { Statements, Transaction } from '../../../platform/database/transaction.ts';
import { Problem } from '../../../platform/errors.ts';
import type { LiveFeed } from '../../../platform/http/live-feed.ts';
import type { Ids } from '../../../platform/ids.ts';
import type { GamesModule } from '../../games/index.ts';
import type { PlayersModule } from '../../players/index.ts';
import { calibrationsStore } from '../gloves-store.ts';
import type { GloveCalibrationRow, GloveRow } from '../gloves-tables.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { saveTravel } from '../wire/alpha-orders.ts';
import { act, allowedActions, take, tick } from './calibration.ts';
import { calibrationProblems } from './calibration-problems.ts';
import { barsOf, confirmsItselfIn, guidanceOf, progressOf } from './calibration-progress.ts';
import { columnsFor, resultIn } from './calibration-rows.ts';
import { begin, type CalibrationRun, isOver, phasesOf } from './calibration-run.ts';
import { createGathering } from './gathering.ts';

type Reads = Pick<Statements, 'all' | 'get'>;

export interface CalibrationServiceDeps {
  clock: Clock;
  ids: Ids;
  database: Pick<Database, 'write'>;
  live: Pick<LiveFeed, 'changed'>;
  logger: Pick<Logger, 'error'>;
  players: Pick<PlayersModule, 'player' | 'consentsOf'>;
  games: Pick<GamesModule, 'game'>;
  /** Throws `not_found`. */
  gloveNamed(reads: Reads, name: string): Pick<GloveRow, 'hand'>;
  /** Writes a line to the glove's firmware; false when it has none that reads lines, or is away. */
  say(glove: string, line: string): boolean;
  /** The glove has a calibration that it did not have before. */
  kept(glove: string): void;
}

const tickMs = 250;
/** An ended run is shown for so long. */
const shownMs = 10 * 60_000;
const silentMs = 5_000;

interface Entry {
  readonly id: string;
  readonly glove: string;
  readonly playerId: string | null;
  readonly hand: GloveRow['hand'];
  /** Of a check: the row that is checked. */
  readonly checks: string | null;
  run: CalibrationRun;
  readonly gather: (block: SampleBlock) => void;
  /** It is on its way to the disk; nothing else happens to it meanwhile. */
  isStoring: boolean;
}

export function createCalibrationService(deps: CalibrationServiceDeps) {
  const { clock, ids, database, live, logger, players, games } = deps;
  const entries = new Map<string, Entry>();
  const heard = new Map<string, { at: number; deviceAuto: boolean }>();
  let stopTicking: Cancel = () => {};

  function entryOf(glove: string): Entry {
    const entry = entries.get(glove);
    if (entry === undefined) throw new Problem(calibrationProblems.no_calibration);
    return entry;
  }

  function isRunning(glove: string): boolean {
    const entry = entries.get(glove);
    return entry !== undefined && !isOver(entry.run.phase);
  }

  function set(entry: Entry, run: CalibrationRun): void {
    const hasMoved = run.phase !== entry.run.phase;
    entry.run = run;
    if (hasMoved) live.changed('gloves');
  }

  /** What was found is kept. The same run is kept once, whoever confirmed it. */
  function keep(tx: Transaction, entry: Entry, run: CalibrationRun): void {
    if (entry.checks !== null) {
      const row = calibrationsStore.byId(tx, entry.checks);
      if (row === undefined || run.drift === null) return;
      calibrationsStore.update(tx, {
        ...row,
        drift: JSON.stringify(run.drift),
        drifted: run.drift.drifted ? 1 : 0,
        checked_at: clock.now(),
      });
      return;
    }
    if (run.result === null || calibrationsStore.byId(tx, entry.id) !== undefined) return;
    calibrationsStore.insert(tx, {
      id: entry.id,
      glove: entry.glove,
      player_id: entry.playerId,
      hand: entry.hand,
      method: 'guided',
      ...columnsFor(run.result),
      drift: null,
      checked_at: null,
      drifted: 0,
      at: clock.now(),
    });
  }

  /** A run that goes on by itself: what it finishes with is on disk before anybody is told. */
  function advance(entry: Entry, run: CalibrationRun): void {
    if (run.phase !== 'finished' || run === entry.run) {
      set(entry, run);
      return;
    }
    entry.isStoring = true;
    database
      .write((tx) => keep(tx, entry, run))
      .then(
        () => {
          set(entry, run);
          deps.kept(entry.glove);
        },
        (error: unknown) => {
          logger.error({ err: error, glove: entry.glove }, 'a calibration could not be stored');
          set(entry, { ...entry.run, since: clock.monotonic() });
        },
      )
      .finally(() => {
        entry.isStoring = false;
      });
  }

  function tickAll(): void {
    const now = clock.monotonic();
    for (const [glove, entry] of entries) {
      if (isOver(entry.run.phase) && now - entry.run.since > shownMs) entries.delete(glove);
      else if (!entry.isStoring) advance(entry, tick(entry.run, now));
    }
  }

  const progress = ({ id, glove, playerId, run }: Entry): CalibrationProgress => {
    const now = clock.monotonic();
    return {
      id,
      glove,
      kind: run.kind,
      player_id: playerId,
      phase: run.phase,
      phases: phasesOf(run),
      progress: progressOf(run),
      guidance: guidanceOf(run, now),
      failure: run.failure,
      failed_in: run.failedIn,
      allowed: allowedActions(run),
      confirms_itself_in_ms: confirmsItselfIn(run, now),
      fingers: barsOf(run),
      result: run.result,
      drift: run.drift,
    };
  };

  /** Whose calibration it is. Of who did not agree to recordings nothing is kept under their name. */
  function playerIn(tx: Transaction, { player_id, game_id }: CalibrationInput): string | null {
    const id = game_id === undefined ? player_id : games.game(tx, game_id).player_id;
    if (id === undefined) return null;
    players.player(tx, id);
    return players.consentsOf(tx, id).sensor ? id : null;
  }

  /**
   * The row that applies when this player wears the glove: their own newest, or else the glove's newest if it is
   * nobody's. The hand of another player is not theirs. Without a player, the newest of whoever wore it.
   */
  function newestFor(reads: Reads, glove: string, playerId: string | null): GloveCalibrationRow | undefined {
    const [newest] = calibrationsStore.ofGlove(reads, glove, 1);
    if (playerId === null) return newest;
    const own = calibrationsStore.newest(reads, glove, playerId);
    return own ?? (newest?.player_id === null ? newest : undefined);
  }

  return {
    /**
     * Begins a calibration. Throws `not_found`, `unknown_player`, `glove_silent`, `glove_calibrates_itself`,
     * `calibration_under_way`, and for a check `nothing_to_check`.
     */
    start(tx: Transaction, glove: string, input: CalibrationInput): CalibrationProgress {
      const { hand } = deps.gloveNamed(tx, glove);
      const playerId = playerIn(tx, input);
      const now = clock.monotonic();
      const last = heard.get(glove);
      if (last === undefined || now - last.at > silentMs) throw new Problem(calibrationProblems.glove_silent);
      if (last.deviceAuto) throw new Problem(calibrationProblems.glove_calibrates_itself);
      if (isRunning(glove)) throw new Problem(calibrationProblems.calibration_under_way);
      const checked = input.kind === 'check' ? newestFor(tx, glove, playerId) : undefined;
      if (input.kind === 'check' && checked === undefined) {
        throw new Problem(calibrationProblems.nothing_to_check);
      }
      const entry: Entry = {
        id: ids.next(),
        glove,
        playerId,
        hand,
        checks: checked?.id ?? null,
        run: begin(now, checked === undefined ? null : resultIn(checked)),
        gather: createGathering((block) => {
          if (!entry.isStoring) advance(entry, take(entry.run, block, clock.monotonic()));
        }),
        isStoring: false,
      };
      tx.afterCommit(() => {
        if (isRunning(glove)) return;
        entries.set(glove, entry);
        live.changed('gloves');
      });
      return progress(entry);
    },
    /** Throws `no_calibration`. */
    progress: (glove: string): CalibrationProgress => progress(entryOf(glove)),
    /** Throws `no_calibration` and `calibration_action_not_now`. */
    act(
      tx: Transaction,
      glove: string,
      action: Exclude<CalibrationAction, 'save_travel'>,
    ): CalibrationProgress {
      const entry = entryOf(glove);
      const run = entry.isStoring ? null : act(entry.run, action, clock.monotonic());
      if (run === null) {
        const { phase } = entry.run;
        throw new Problem(calibrationProblems.calibration_action_not_now, undefined, {
          phase,
          action,
          allowed: allowedActions(entry.run),
        });
      }
      if (run.phase === 'finished') keep(tx, entry, run);
      tx.afterCommit(() => {
        if (!isRunning(glove) && entry.run.phase !== 'failed') return;
        set(entry, run);
        if (run.phase === 'finished') deps.kept(glove);
      });
      return progress({ ...entry, run });
    },
    /** Its firmware keeps the travel that it has seen over a restart. Throws `not_found` and `glove_takes_no_lines`. */
    saveTravel(tx: Transaction, glove: string): void {
      deps.gloveNamed(tx, glove);
      if (!deps.say(glove, saveTravel)) throw new Problem(calibrationProblems.glove_takes_no_lines);
    },
    newestFor,
    /** What `newestFor` found, as it is reckoned with. */
    resultFor(reads: Reads, glove: string, playerId: string | null = null): CalibrationResult | null {
      const row = newestFor(reads, glove, playerId);
      return row === undefined ? null : resultIn(row);
    },
    phaseOf: (glove: string): CalibrationPhase | null => entries.get(glove)?.run.phase ?? null,
    take(block: SampleBlock): void {
      heard.set(block.glove, { at: clock.monotonic(), deviceAuto: block.deviceAuto });
      if (isRunning(block.glove)) entries.get(block.glove)?.gather(block);
    },
    startTicking(): void {
      stopTicking = clock.every(tickMs, tickAll);
    },
    stopTicking: () => stopTicking(),
  };
}
export type CalibrationService = ReturnType<typeof createCalibrationService>;
