import { defineEvent } from '../../platform/events/events.ts';

export const attractionChanged = defineEvent<{ attraction: string }>(
  'attraction.changed',
  'An attraction was paused, opened, delayed or given another capacity or grace.',
);
export const stationChanged = defineEvent<{ station_id: string; attraction: string }>(
  'station.changed',
  'A station was added, renamed, given a device or taken in or out of service.',
);
