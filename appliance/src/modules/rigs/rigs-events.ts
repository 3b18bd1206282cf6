import { defineEvent } from '../../platform/events/events.ts';

export const rigContradicted = defineEvent<{ device: string; game_id: string; code: string }>(
  'rig.contradicted',
  'A rig told something of a game that contradicts what is known of it; somebody should look.',
);
