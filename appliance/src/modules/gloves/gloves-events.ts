import { defineEvent } from '../../platform/events/events.ts';

export const gloveChanged = defineEvent<{ glove: string }>(
  'glove.changed',
  'A glove said what it is, was seen on another way, or was given a station, a hand or a scale.',
);
