import type { CommandStatus } from '../../../contract/replication.ts';
import { defineTable, integer, moment, nullable, type RowOf, text } from '../../platform/database/table.ts';

/** How an action from afar can end at the venue. */
export type EndedStatus = Exclude<CommandStatus, 'queued' | 'sent' | 'needs_review'>;

/**
 * What became of every action that was asked for from afar: written in the transaction of its effect, so that one
 * that is delivered again has its first answer and no effect. As a replicated row it is also the answer itself.
 */
export const commandInbox = defineTable('command_inbox', {
  replication: 'replicated',
  key: ['command_id'],
  columns: {
    command_id: text('identifier'),
    status: text<EndedStatus>('none'),
    /** Of the problem, when it was not applied for one. */
    code: nullable(text('none')),
    /** JSON of a `VenueAnswer`; NULL for what was not even tried. Never a secret: see `kept-answer.ts`. */
    answer: nullable(text('personal')),
    method: text('none'),
    path: text('identifier'),
    actor_id: nullable(text('identifier')),
    /** By the cloud’s clock. */
    asked_at: moment('none'),
    executed_at: moment('none'),
  },
});
export type CommandInboxRow = RowOf<typeof commandInbox>;

/** What happened while the venue was alone. Rows are only ever added. */
export const outages = defineTable('outages', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('none'),
    /** Venue time, as all of these; the daemon runs on the same machine. */
    began_at: moment('none'),
    ended_at: moment('none'),
    caught_up_at: moment('none'),
    guests_signed_up: integer('none'),
    guests_served: integer('none'),
    texts_sent: integer('none'),
    texts_held: integer('none'),
    texts_dropped: integer('none'),
    changes_shipped: integer('none'),
    rows_shipped: integer('none'),
  },
});
export type OutageRow = RowOf<typeof outages>;
