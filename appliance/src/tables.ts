import { attractionTables } from './modules/attractions/index.ts';
import { authTables } from './modules/auth/index.ts';
import { deviceTables } from './modules/devices/index.ts';
import { gameTables } from './modules/games/index.ts';
import { gloveTables } from './modules/gloves/index.ts';
import { leaderboardTables } from './modules/leaderboards/index.ts';
import { messagingTables } from './modules/messaging/index.ts';
import { notificationTables } from './modules/notifications/index.ts';
import { playerTables } from './modules/players/index.ts';
import { progressTables } from './modules/progress/index.ts';
import { replicationTables } from './modules/replication/index.ts';
import { replyTables } from './modules/replies/index.ts';
import { rigTables } from './modules/rigs/index.ts';
import { sessionTables } from './modules/sessions/index.ts';
import { siteTables } from './modules/site/index.ts';
import { souvenirTables } from './modules/souvenirs/index.ts';
import { changeLogDeclarations } from './platform/change-log/change-log-tables.ts';
import { schemaMigrations } from './platform/database/migrations.ts';
import { pulse as pulseTable } from './platform/health/pulse-tables.ts';
import { idempotencyReplies } from './platform/http/idempotency.ts';
import { jobsTables } from './platform/jobs/jobs-tables.ts';
import { schedules as scheduleRuns } from './platform/scheduling/schedules-tables.ts';

/** Every table of the appliance: what is replicated, and what is whose. */
export const allTables = [
  schemaMigrations,
  ...changeLogDeclarations,
  idempotencyReplies,
  ...jobsTables,
  scheduleRuns,
  pulseTable,
  ...siteTables,
  ...authTables,
  ...deviceTables,
  ...playerTables,
  ...attractionTables,
  ...gameTables,
  ...rigTables,
  ...messagingTables,
  ...replyTables,
  ...souvenirTables,
  ...leaderboardTables,
  ...gloveTables,
  ...notificationTables,
  ...sessionTables,
  ...progressTables,
  ...replicationTables,
];
