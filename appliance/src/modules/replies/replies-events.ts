import { defineEvent } from '../../platform/events/events.ts';

export const replyChanged = defineEvent<{ reply_id: string }>(
  'reply.changed',
  'A text came in from a guest, or staff have seen to one.',
);
