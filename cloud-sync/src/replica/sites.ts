import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { createLiveFeed, type LiveFeed } from '@dugout/appliance/platform/http/live-feed.ts';
import type { Connections } from './connections.ts';
import { ageHeaders, type Watermark } from './site-age.ts';
import type { SiteServer } from './site-server.ts';
import type { SiteTransactions } from './site-transactions.ts';
import { type SiteSettings, watermarksStore } from './watermarks-store.ts';

export interface SitesDeps {
  readonly connections: Connections;
  readonly transactions: SiteTransactions;
  readonly clock: Clock;
  serverOf(
    site: { readonly id: string; readonly name: string; readonly settings: SiteSettings | undefined },
    live: LiveFeed,
  ): SiteServer;
}

/** One site as it stands here. */
export interface KnownSite {
  readonly id: string;
  readonly server: SiteServer;
  /** As of the last look; the answer itself knows better when it has read anything. */
  readonly ageHeaders: Readonly<Record<string, string>>;
}

/** What is older is read anew when somebody asks. */
const freshForMs = 1_000;
const settingsForMs = 5_000;

interface Standing {
  readonly text: string;
  readonly server: SiteServer;
  readonly until: number;
}

/** The sites that have ever replicated, each with its server. When the database is away, as they were last known. */
export function createSites({ connections, transactions, clock, serverOf }: SitesDeps) {
  const feeds = new Map<string, LiveFeed>();
  const standing = new Map<string, Standing>();
  let known: { readonly watermarks: ReadonlyMap<string, Watermark>; readonly at: number } | undefined;
  let reading: Promise<void> | undefined;
  let started = false;

  async function read(): Promise<void> {
    const all = await connections.use('', (connection) => watermarksStore.all(connection));
    known = { watermarks: new Map(all.map((one) => [one.site_id, one])), at: clock.monotonic() };
  }

  async function watermarks(freshFor = freshForMs): Promise<ReadonlyMap<string, Watermark>> {
    if (known === undefined || clock.monotonic() - known.at >= freshFor) {
      reading ??= read().finally(() => {
        reading = undefined;
      });
      await reading.catch((error: unknown) => {
        if (known === undefined) throw error;
      });
    }
    return known?.watermarks ?? new Map();
  }

  function feedOf(site: string): LiveFeed {
    let feed = feeds.get(site);
    if (feed === undefined) {
      feed = createLiveFeed(clock);
      if (started) feed.start();
      feeds.set(site, feed);
    }
    return feed;
  }

  async function standingOf(id: string, name: string): Promise<Standing> {
    const before = standing.get(id);
    if (before !== undefined && before.until > clock.monotonic()) return before;
    const settings = await transactions
      .read(id, ({ connection }) => watermarksStore.settings(connection))
      .catch((error: unknown) => {
        if (before === undefined) throw error;
        return 'unknown' as const;
      });
    const text = settings === 'unknown' ? before?.text : JSON.stringify({ name, settings });
    const until = clock.monotonic() + settingsForMs;
    const current = standing.get(id);
    const next =
      current !== undefined && current.text === text
        ? { ...current, until }
        : {
            text: text ?? '',
            server: serverOf(
              { id, name, settings: settings === 'unknown' ? undefined : settings },
              feedOf(id),
            ),
            until,
          };
    standing.set(id, next);
    return next;
  }

  return {
    watermarks,
    /** Undefined when there is no such site. Throws `replica_unavailable` when that cannot be known. */
    async find(id: string): Promise<KnownSite | undefined> {
      const watermark = (await watermarks()).get(id);
      if (watermark === undefined) return undefined;
      const { server } = await standingOf(id, watermark.name ?? id);
      const elapsed = clock.monotonic() - (known?.at ?? 0);
      return { id, server, ageHeaders: ageHeaders(watermark, watermark.now + elapsed) };
    },
    /** Feeds that somebody follows. */
    followed: (): [site: string, feed: LiveFeed][] => [...feeds].filter(([, feed]) => feed.followers() > 0),
    start(): void {
      started = true;
      for (const feed of feeds.values()) feed.start();
    },
    stop(): void {
      started = false;
      for (const feed of feeds.values()) feed.stop();
    },
  };
}
export type Sites = ReturnType<typeof createSites>;
