import {
  type GloveHand,
  type Metric,
  type MetricKey,
  type ProgressStatus,
  progressStatuses,
} from '../../../contract/progress.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { GameRow, GamesModule } from '../games/index.ts';
import type { NotificationsModule } from '../notifications/index.ts';
import type { RigsModule } from '../rigs/index.ts';
import { isMixed, type SessionRow, type SessionsModule } from '../sessions/index.ts';
import type { RecordedSession } from './analysis-task.ts';
import { spansIn } from './calibration-spans.ts';
import { judge, type MeasuredGame } from './judgement.ts';
import { processingEventId } from './processing-event-id.ts';
import { progressStore } from './progress-store.ts';
import type { AnalysisRow, ProcessingEventRow } from './progress-tables.ts';
import { reconciliationOf } from './progress-view.ts';

type Reads = Pick<Statements, 'all' | 'get'>;

export interface ProgressServiceDeps {
  clock: Pick<Clock, 'now'>;
  games: Pick<GamesModule, 'game'>;
  rigs: Pick<RigsModule, 'cuesOf'>;
  sessions: Pick<SessionsModule, 'ofGame' | 'processed'>;
  notifications: Pick<NotificationsModule, 'tell' | 'withdraw' | 'changed'>;
  algorithmVersion: string;
  /** Asks for the analysis of an event, in the same transaction. */
  analyseLater(tx: Transaction, eventId: string): void;
  /** What is known of a game is another. */
  changed(tx: Transaction, gameId: string): void;
  /** What is being analysed of an event is not all of it any more: throws its result away. */
  analyseNever(tx: Transaction, eventId: string): void;
}

/** What is to be analysed. */
export interface DueAnalysis {
  readonly sessions: readonly RecordedSession[];
  /** Epoch µs. */
  readonly cues: readonly number[];
  /** Nobody wanted the recordings gone, and none of them is here. */
  readonly lost: boolean;
}

export interface Measured {
  readonly metrics: Readonly<Record<MetricKey, Metric>>;
  /** What had to be left out. */
  readonly code: string | null;
}

/** Games whose newest analysis is by an older version of the algorithm. */
export interface Behind {
  /** Epoch milliseconds: games completed since then. */
  readonly since: number;
  readonly player_id: string | null;
  /** Games after this one; an empty text for all. */
  readonly after: string;
}

/** A transaction is over soon. */
const oweAtOnce = 100;

/** Sessions of which every sample is still there. */
const readable = (sessions: readonly SessionRow[]): SessionRow[] =>
  sessions.filter(({ state, kept }) => state === 'closed' && kept === 'raw');

export function createProgressService(deps: ProgressServiceDeps) {
  const { clock, games, rigs, sessions, notifications, algorithmVersion } = deps;

  /**
   * Games of a player are analysed one after the other, in the order of play: each is held against those before it.
   * Whoever is first asks for the next when it is done.
   */
  function goOn(tx: Transaction, playerId: string): void {
    const next = progressStore.oldestPending(tx, playerId);
    if (next !== undefined) deps.analyseLater(tx, next.id);
  }

  function owe(tx: Transaction, game: Pick<GameRow, 'id' | 'player_id'>): string {
    const id = processingEventId(game.id, algorithmVersion);
    const known = progressStore.event(tx, id);
    const pending = { state: 'pending', code: null, done_at: null } as const;
    if (known === undefined) {
      progressStore.insertEvent(tx, {
        ...pending,
        id,
        game_id: game.id,
        player_id: game.player_id,
        algo_version: algorithmVersion,
        created_at: clock.now(),
      });
    } else {
      // Its end was taken back, and it went on.
      deps.analyseNever(tx, id);
      progressStore.updateEvent(tx, { ...known, ...pending });
    }
    deps.changed(tx, game.id);
    goOn(tx, game.player_id);
    return id;
  }

  function fail(tx: Transaction, event: ProcessingEventRow, code: string): void {
    progressStore.updateEvent(tx, { ...event, state: 'failed', code, done_at: clock.now() });
    deps.changed(tx, event.game_id);
    goOn(tx, event.player_id);
  }

  /** What was made of a game is gone, and all that its player was told of it. */
  function forget(tx: Transaction, event: ProcessingEventRow, code: string): void {
    const { id, player_id: playerId, game_id } = event;
    for (const status of progressStatuses) notifications.withdraw(tx, playerId, occasion(id, status));
    if (progressStore.removeAnalysis(tx, id))
      notifications.changed(tx, { playerId, kind: 'progress', id: game_id, gone: true });
    fail(tx, event, code);
  }

  /** The analysis of the same game that stood before this one. */
  const before = (tx: Transaction, event: ProcessingEventRow): AnalysisRow | undefined =>
    progressStore
      .analysesOfGame(tx, event.game_id)
      .find(({ processing_event_id }) => processing_event_id !== event.id);

  function analysisOf(tx: Transaction, event: ProcessingEventRow, { metrics }: Measured): AnalysisRow {
    const game = games.game(tx, event.game_id);
    // A glove that lay there and said nothing has no part in it.
    const recorded = readable(sessions.ofGame(tx, game.id)).filter(({ samples }) => samples > 0);
    const strangers = recorded.filter(({ comparable }) => comparable === 0);
    const series = {
      attraction: game.attraction,
      hand: handOf(recorded),
      glove_class: [...new Set(recorded.map(({ glove_class }) => glove_class))].sort().join('+'),
    };
    const played_at = game.completed_at ?? event.created_at;
    const comparable = strangers.length === 0;
    const earlier = progressStore
      .analysesUpTo(tx, game.player_id, event.algo_version, played_at)
      .filter((row) => row.game_id !== game.id && isOfSeries(row, series))
      .map(measuredGame);
    const { status, score, metrics: statuses } = judge([...earlier, { comparable, metrics }]);
    return {
      ...series,
      processing_event_id: event.id,
      game_id: game.id,
      player_id: game.player_id,
      algo_version: event.algo_version,
      comparable: comparable ? 1 : 0,
      why: strangers[0]?.why_not ?? null,
      metrics: JSON.stringify(metrics),
      statuses: JSON.stringify(statuses),
      score: JSON.stringify(score),
      status,
      played_at,
      computed_at: clock.now(),
      supersedes: before(tx, event)?.processing_event_id ?? null,
    };
  }

  return {
    /** Owes an analysis of a game of which something was recorded; answers its processing event. */
    owe,

    /**
     * A game that is completed is analysed when there is something of it. One whose end was taken back and that comes to
     * no other had no result.
     */
    follow(tx: Transaction, { before: was, after }: { before: GameRow | null; after: GameRow }): void {
      if (was?.state === 'playing' && after.state !== 'playing' && after.state !== 'completed') {
        for (const event of progressStore.eventsOfGame(tx, after.id)) forget(tx, event, 'recording_gone');
      }
      if (after.state !== 'completed' || was?.state === 'completed') return;
      if (readable(sessions.ofGame(tx, after.id)).length > 0) owe(tx, after);
    },

    /** What to analyse for an event; null when nobody waits for it any more. */
    due(reads: Reads, eventId: string): DueAnalysis | null {
      const event = progressStore.event(reads, eventId);
      if (event === undefined || isOver(event)) return null;
      const recorded = sessions.ofGame(reads, event.game_id);
      const there = readable(recorded);
      return {
        sessions: there.map(recordedSession),
        lost: there.length === 0 && recorded.some(({ state }) => state === 'closed'),
        cues: rigs.cuesOf(reads, event.game_id).map((at) => at * 1_000),
      };
    },

    /**
     * Stores what an analysis found and tells the player of it, once; of an analysis that takes the place of another
     * only when the game is seen otherwise now.
     */
    analysed(tx: Transaction, eventId: string, measured: Measured): void {
      const event = progressStore.event(tx, eventId);
      if (event === undefined || isOver(event)) return;
      if (readable(sessions.ofGame(tx, event.game_id)).length === 0) {
        fail(tx, event, 'recording_gone');
        return;
      }
      const analysis = analysisOf(tx, event, measured);
      const done = { ...event, state: 'done', code: measured.code, done_at: clock.now() } as const;
      progressStore.putAnalysis(tx, analysis);
      progressStore.updateEvent(tx, done);
      for (const { id } of sessions.ofGame(tx, event.game_id)) sessions.processed(tx, id);
      const { player_id: playerId, game_id: id } = event;
      if (before(tx, event)?.status !== analysis.status) {
        notifications.tell(tx, {
          playerId,
          type: 'reconciliation',
          payload: reconciliationOf(analysis, done),
          uniqueKey: occasion(eventId, analysis.status),
        });
      }
      notifications.changed(tx, { playerId, kind: 'progress', id });
      deps.changed(tx, id);
      goOn(tx, playerId);
    },

    /** It cannot be analysed, or not by any attempt: whoever asks is told why, and the next game has its turn. */
    failed(tx: Transaction, eventId: string, code: string): void {
      const event = progressStore.event(tx, eventId);
      if (event !== undefined && event.state === 'pending') fail(tx, event, code);
    },

    /** Whatever waits has a job: also what waited when a job of it was given up by hand. */
    goOnWithAll(tx: Transaction): void {
      for (const playerId of progressStore.playersWithPending(tx)) goOn(tx, playerId);
    },

    /**
     * Owes an analysis by the newest algorithm to games that had one by an older one, as far as their recordings are
     * kept: to at most so many, from after the game `after` on. Answers where to go on; null when that were all.
     */
    oweAnew(tx: Transaction, { since, player_id, after }: Behind): string | null {
      const span = { algo_version: algorithmVersion, since, after, limit: oweAtOnce };
      const behind = progressStore.gamesBehind(tx, span);
      for (const game of behind) {
        const isAsked = player_id === null || player_id === game.player_id;
        if (isAsked && readable(sessions.ofGame(tx, game.id)).length > 0) owe(tx, game);
      }
      return behind.length < oweAtOnce ? null : (behind.at(-1)?.id ?? null);
    },

    /** Nothing that was made of a player's sensor data stays, also not in what they were told. */
    erase(tx: Transaction, playerId: string): void {
      for (const event of progressStore.eventsOfPlayer(tx, playerId)) forget(tx, event, erased);
    },
  };
}
export type ProgressService = ReturnType<typeof createProgressService>;

const erased = 'erased';

/** A game that is analysed again, because it went on, may be seen otherwise: that is told, too. */
const occasion = (eventId: string, status: ProgressStatus): string => `${eventId}/${status}`;

/** Nobody waits for its analysis. One that failed may be tried again. */
const isOver = ({ state, code }: ProcessingEventRow): boolean => state === 'done' || code === erased;

const isOfSeries = (
  row: AnalysisRow,
  { attraction, hand, glove_class }: Pick<AnalysisRow, 'attraction' | 'hand' | 'glove_class'>,
): boolean => row.attraction === attraction && row.hand === hand && row.glove_class === glove_class;

const measuredGame = ({ comparable, metrics }: AnalysisRow): MeasuredGame => ({
  comparable: comparable === 1,
  metrics: JSON.parse(metrics) as MeasuredGame['metrics'],
});

function handOf(recorded: readonly SessionRow[]): GloveHand | null {
  const hands = new Set(recorded.flatMap(({ hand }) => hand ?? []));
  if (hands.size === 2) return 'both';
  return [...hands][0] ?? null;
}

/** Curls that are calibrated in part say nothing: there is no span that fits them. */
function spansOf(row: SessionRow): RecordedSession['spans'] {
  if (isMixed(row)) return {};
  return row.device_calibrated === 1 || row.calibration === null ? null : spansIn(row.calibration);
}

const recordedSession = (row: SessionRow): RecordedSession => ({
  streamId: row.id,
  hand: row.hand,
  gloveClass: row.glove_class,
  comparable: row.comparable === 1,
  why: row.why_not,
  spans: spansOf(row),
});
