/**
 * The published order of the modules. A module may call those above it, through their doors, and learns of those
 * below it by events alone. `architecture.test.ts` holds every import against this list.
 */
export const moduleOrder = [
  'site',
  'auth',
  'devices',
  'players',
  'attractions',
  'games',
  'rigs',
  'queue',
  'messaging',
  'replies',
  'recall',
  'souvenirs',
  'leaderboards',
  'notifications',
  'gloves',
  'sessions',
  'progress',
  'operations',
  'replication',
] as const;
