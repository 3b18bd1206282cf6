import type { SyncStatus } from '@dugout/appliance/contract/replication.ts';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { createLogger } from '@dugout/appliance/platform/logger.ts';
import { connect, withConnection } from './postgres/connection.ts';
import { type SiteVerification, verifySite } from './ranges/site-replica.ts';
import { readStatus } from './shipping/status.ts';
import { openVenueFile } from './venue/venue-file.ts';

export interface Ends {
  readonly site: string;
  readonly dataDirectory: string;
  /** Of the owner, or of the site. */
  readonly cloudUrl: string;
}

/** A venue's data directory and its replica, looked at together; for whoever stands beside both. */
export interface BothEnds {
  status(): SyncStatus;
  /** Games on each side, each at its own moment. Rejects when one of them does not answer. */
  games(): Promise<{ readonly venue: number; readonly replica: number }>;
  /** What became of remote actions at the venue, by id. */
  outcomes(): ReadonlyMap<string, string>;
  /** Compares every row. Looks again for `waitMs` at those that are changing. */
  verify(waitMs: number): Promise<SiteVerification>;
}

const clock = systemClock;
const name = 'dugout both ends';
const namedDifferences = 10;

export function bothEnds({ site, dataDirectory, cloudUrl }: Ends): BothEnds {
  function atVenue<Row extends unknown[]>(sql: string): Row[] {
    const venue = openVenueFile(dataDirectory);
    if (venue === null) throw new Error(`there is no venue in ${dataDirectory}`);
    try {
      return venue.snapshot((view) => view.rows(sql).all()) as Row[];
    } finally {
      venue.close();
    }
  }

  return {
    status: () => readStatus(dataDirectory, clock),
    async games() {
      const [[venue = 0] = []] = atVenue<[number]>('SELECT count(*) FROM games');
      const replica = await withConnection(cloudUrl, { name, clock }, async (connection) => {
        const sql = 'SELECT count(*)::int AS games FROM public.games WHERE site_id = $1';
        const { rows } = await connection.query<{ games: number }>(sql, [site]);
        return rows[0]?.games ?? 0;
      });
      return { venue, replica };
    },
    outcomes: () => new Map(atVenue<[string, string]>('SELECT command_id, status FROM command_inbox')),
    verify: (waitMs) =>
      verifySite(
        {
          ...{ site, dataDirectory, clock, logger: createLogger('silent', false) },
          cloud: {
            configured: true,
            connect: (as, settings = {}) => connect(cloudUrl, { ...settings, name: as, clock }),
          },
        },
        { waitMs, limit: namedDifferences },
      ),
  };
}
