import type { GloveHand, ProgressStatus } from '../../../contract/progress.ts';
import { defineTable, flag, moment, nullable, type RowOf, text } from '../../platform/database/table.ts';

export type ProcessingState = 'pending' | 'done' | 'failed';

/** That a game's sensor data is to be analysed by one version of the algorithm. Its id follows from both. */
export const processingEvents = defineTable('processing_events', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    game_id: text('identifier'),
    player_id: text('identifier'),
    algo_version: text('none'),
    state: text<ProcessingState>('none'),
    /** Why it failed, or what it had to leave out. */
    code: nullable(text('none')),
    created_at: moment('none'),
    done_at: nullable(moment('none')),
  },
});
export type ProcessingEventRow = RowOf<typeof processingEvents>;

/** What an analysis found. Nothing of it changes; a newer algorithm makes a row of its own. */
export const analyses = defineTable('analyses', {
  replication: 'replicated',
  key: ['processing_event_id'],
  columns: {
    processing_event_id: text('identifier'),
    game_id: text('identifier'),
    player_id: text('identifier'),
    attraction: text('none'),
    hand: nullable(text<GloveHand>('personal')),
    glove_class: text('none'),
    algo_version: text('none'),
    comparable: flag('none'),
    why: nullable(text('none')),
    /** JSON: a `Metric` by its key. */
    metrics: text('personal'),
    /** JSON: a `MetricJudgement` by its key. */
    statuses: text('personal'),
    /** JSON: a `ProgressScore`. */
    score: text('personal'),
    status: text<ProgressStatus>('personal'),
    /** When the game was over: the order in which games are held against each other. */
    played_at: moment('none'),
    computed_at: moment('none'),
    /** The processing event of the version before. */
    supersedes: nullable(text('identifier')),
  },
});
export type AnalysisRow = RowOf<typeof analyses>;
