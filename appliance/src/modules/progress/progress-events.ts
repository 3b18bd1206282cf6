import { defineEvent } from '../../platform/events/events.ts';

export const progressChanged = defineEvent<{ game_id: string }>(
  'progress.changed',
  'A game is to be analysed, was analysed, cannot be, or its analysis was erased.',
);
