import type { MessageKind } from '../../../contract/messaging.ts';
import type { ReplyMeaning, ReplyOutcome } from '../../../contract/replies.ts';
import { defineTable, moment, nullable, type RowOf, text } from '../../platform/database/table.ts';

/** Every text that came in, what it was taken for, and what was done. */
export const incomingTexts = defineTable('incoming_texts', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    carrier: text('none'),
    /** What the carrier calls it: one that is brought again is known by this. */
    reference: text('identifier'),
    /** E.164; a sender that is no number as it came. */
    phone: text('personal'),
    body: text('personal'),
    meaning: text<ReplyMeaning>('personal'),
    outcome: text<ReplyOutcome>('none'),
    reason: nullable(text('none')),
    answered_with: nullable(text<MessageKind>('none')),
    game_id: nullable(text('identifier')),
    received_at: moment('none'),
    handled_at: nullable(moment('none')),
    handled_by: nullable(text('personal')),
  },
});
export type IncomingTextRow = RowOf<typeof incomingTexts>;
