/**
 * Replication: what the venue does for those who are far away, and how it knows whether they can be reached.
 *
 * Owns `command_inbox`, `outages`. Calls auth, and every route of the venue; reads games and messages. Publishes
 * nothing; tells screens that the link has changed.
 */
import type { Registry } from 'prom-client';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Route } from '../../platform/http/route.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AuthModule } from '../auth/index.ts';
import { createCommandsService } from './commands-service.ts';
import { createLinkService } from './link-service.ts';
import { outagesRoutes, venueRoutes } from './replication-routes.ts';
import { forgetOldCommands } from './replication-schedules.ts';
import { commandInbox, outages } from './replication-tables.ts';

export const replicationTables = [commandInbox, outages];

/** What staff see of outages, at the venue and far away. */
export const createOutagesModule = () => ({ routes: outagesRoutes() });

export interface ReplicationModuleDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly live: Pick<LiveFeed, 'changed'>;
  readonly metrics: Registry;
  readonly auth: Pick<AuthModule, 'principalNow'>;
  readonly site: { readonly id: string; readonly name: string };
  readonly timezone: string;
  /** All that the venue serves: what is asked for from afar goes the same way. */
  readonly routes: () => readonly Route[];
}

/** The venue's own end. */
export function createReplicationModule(deps: ReplicationModuleDeps) {
  const { database, clock, site } = deps;
  const link = createLinkService(deps);
  return {
    routes: venueRoutes({ commands: createCommandsService(deps), link, site }),
    schedules: [forgetOldCommands(database, clock)],
    stop: link.stop,
  };
}
