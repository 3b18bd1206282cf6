import { defineEvent } from '../../platform/events/events.ts';

export const optOutChanged = defineEvent<{ phone: string; opted_out: boolean }>(
  'opt-out.changed',
  'The owner of a phone wants no texts any more, or wants them again.',
);
