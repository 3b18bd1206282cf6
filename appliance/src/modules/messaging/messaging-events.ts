import type { MessageKind, MessageState } from '../../../contract/messaging.ts';
import { defineEvent } from '../../platform/events/events.ts';

export interface MessageChange {
  message_id: string;
  game_id: string | null;
  kind: MessageKind;
  /** Null for a new text. The same as `state` when only the reason is another. */
  before: MessageState | null;
  state: MessageState;
  reason: string | null;
}

export const messageChanged = defineEvent<MessageChange>(
  'message.changed',
  'A text was written, waits for something else, left, arrived, was dropped, or became too late.',
);
