import { defineEvent } from '../../platform/events/events.ts';

export const sensorDataErased = defineEvent<{ player_id: string }>(
  'sensor-data.erased',
  'A player wants everything gone that was measured of them: whoever has made something of it removes that too.',
);
