import type { MessageState } from '../../../contract/messaging.ts';
import { defineTable, integer, moment, nullable, type RowOf, text } from '../../platform/database/table.ts';

export type MessageKind = 'recall' | 'reminder';

/** The outbox: every text to a guest, what became of it, and why. */
export const messages = defineTable('messages', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    game_id: text('identifier'),
    player_id: text('identifier'),
    ticket: text('none'),
    kind: text<MessageKind>('none'),
    phone: text('personal'),
    body: text('personal'),
    segments: integer('none'),
    state: text<MessageState>('none'),
    reason: nullable(text('none')),
    provider: nullable(text('none')),
    created_at: moment('none'),
    /** Held back until then, so that an undo is honest. */
    send_after: moment('none'),
    /** Sent later, it would be wrong. */
    expires_at: moment('none'),
    sent_at: nullable(moment('none')),
  },
});
export type MessageRow = RowOf<typeof messages>;
