import type { CarrierName, MessageKind, MessageState } from '../../../contract/messaging.ts';
import type { Language } from '../../../contract/players.ts';
import { defineTable, integer, moment, nullable, type RowOf, text } from '../../platform/database/table.ts';

/** The outbox: every text to a guest, what became of it, and why. Those that wait are the queue. */
export const messages = defineTable('messages', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    game_id: nullable(text('identifier')),
    player_id: text('identifier'),
    ticket: nullable(text('none')),
    kind: text<MessageKind>('none'),
    language: text<Language>('personal'),
    /** Of its kind; 0 goes first. */
    priority: integer('none'),
    phone: text('personal'),
    body: text('personal'),
    segments: integer('none'),
    state: text<MessageState>('none'),
    /** Why it is in this state; of a pending one, what it waits for. */
    reason: nullable(text('none')),
    /** Who has it, or may have it. */
    carrier: nullable(text<CarrierName>('none')),
    attempts: integer('none'),
    created_at: moment('none'),
    /** Held back until then, so that an undo is honest. */
    send_after: moment('none'),
    /** Sent later, it would be wrong. */
    expires_at: moment('none'),
    /** When a pending one is looked at, or an unknown one looked up; NULL where nothing is left to do. */
    next_attempt_at: nullable(moment('none')),
    sent_at: nullable(moment('none')),
    delivered_at: nullable(moment('none')),
  },
});
export type MessageRow = RowOf<typeof messages>;

/** `begun` is on disk before the carrier is called: what is `begun` after a crash may have left. */
export type HandoverState = 'begun' | 'taken' | 'refused' | 'unknown';

/** Every time a text was given to a carrier. */
export const handovers = defineTable('handovers', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    message_id: text('identifier'),
    carrier: text<CarrierName>('none'),
    state: text<HandoverState>('none'),
    reason: nullable(text('none')),
    /** What the carrier calls it. */
    reference: nullable(text('identifier')),
    /** How often the carrier was asked what became of it. */
    look_ups: integer('none'),
    begun_at: moment('none'),
    ended_at: nullable(moment('none')),
    /** A refusal: when this carrier may be asked again; NULL for never. */
    retry_at: nullable(moment('none')),
  },
});
export type HandoverRow = RowOf<typeof handovers>;

/** Delivery reports that came before the carrier had told us its reference. */
export const earlyReports = defineTable('early_reports', {
  replication: 'local',
  key: ['id'],
  columns: {
    id: text('none'),
    carrier: text<CarrierName>('none'),
    reference: text('identifier'),
    phone: nullable(text('personal')),
    state: text<Extract<MessageState, 'sent' | 'delivered' | 'failed'>>('none'),
    reason: nullable(text('none')),
    at: moment('none'),
  },
});
export type EarlyReportRow = RowOf<typeof earlyReports>;

/** Guests who joined far back in a queue and are to be told when they are close. */
export const closeWatches = defineTable('close_watches', {
  replication: 'local',
  key: ['game_id'],
  columns: { game_id: text('identifier') },
});
export type CloseWatchRow = RowOf<typeof closeWatches>;
