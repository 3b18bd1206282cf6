import { defineEvent } from '../../platform/events/events.ts';

export const playerChanged = defineEvent<{ player_id: string }>(
  'player.changed',
  'A player signed up, agreed to something or no longer does, or has another picture.',
);

export const optOutChanged = defineEvent<{ phone: string; opted_out: boolean }>(
  'opt-out.changed',
  'The owner of a phone wants no texts any more, or wants them again.',
);
