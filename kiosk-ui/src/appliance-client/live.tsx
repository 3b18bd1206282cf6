import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useDataTrueAt } from './data-age.ts';
import { type Freshness, freshnessOf, type Link } from './freshness.ts';
import { openLiveConnection } from './live-connection.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { useNow } from './use-now.ts';
import { learnVenueTime } from './venue-clock.ts';

const refreshGapMs = 120;
const LinkContext = createContext<Link>({ connected: false, heardAt: null, brokenAt: null });
/** Whether the data below are of one venue, whose age is theirs. */
const OneVenueContext = createContext(true);

/**
 * Keeps every query below it current for as long as the screen stands, and knows how current they are. `topics` must
 * be a constant: another array is another connection.
 */
export function Live({ topics, children }: { topics: readonly LiveTopic[]; children: ReactNode }) {
  const client = useQueryClient();
  const [link, setLink] = useState<Link>(() => ({ connected: false, heardAt: null, brokenAt: Date.now() }));

  useEffect(() => {
    const changed = new Set<LiveTopic>();
    const refresh = oneAtATime(async () => {
      const now = new Set(changed);
      changed.clear();
      await client.invalidateQueries({
        predicate: ({ meta }) => meta?.topics.some((topic) => now.has(topic)) ?? false,
      });
    }, refreshGapMs);

    const connection = openLiveConnection({
      topics,
      open: (url) => new EventSource(url),
      onChange: (topic) => {
        changed.add(topic);
        refresh();
      },
      onReturn: () => void client.invalidateQueries(),
      onBeat: learnVenueTime,
    });
    const leave = connection.subscribe(() => setLink(connection.link()));
    const wakeUps = ['online', 'pageshow', 'focus'] as const;
    for (const wakeUp of wakeUps) addEventListener(wakeUp, connection.probe);
    document.addEventListener('visibilitychange', connection.probe);
    return () => {
      leave();
      connection.close();
      for (const wakeUp of wakeUps) removeEventListener(wakeUp, connection.probe);
      document.removeEventListener('visibilitychange', connection.probe);
    };
  }, [client, topics]);

  return <LinkContext value={link}>{children}</LinkContext>;
}

/** The part of a query's result that says how current it is. */
export type ReadingState = { dataUpdatedAt: number; failureCount: number; isError: boolean };

/**
 * For the screen of many venues, which follows no live events and reads one thing every few seconds: that reading is
 * its link, and each venue on it has an age of its own.
 */
export function ManyVenues({ by, children }: { by: ReadingState; children: ReactNode }) {
  const [openedAt] = useState(() => Date.now());
  const heardAt = by.dataUpdatedAt === 0 ? null : by.dataUpdatedAt;
  const link: Link = { connected: heardAt !== null, heardAt, brokenAt: heardAt === null ? openedAt : null };
  return (
    <LinkContext value={link}>
      <OneVenueContext value={false}>{children}</OneVenueContext>
    </LinkContext>
  );
}

/** When the data of this screen were last the venue's; null where that is not one moment, or always now. */
export function useTrueAt(): number | null {
  const trueAt = useDataTrueAt();
  return useContext(OneVenueContext) ? trueAt : null;
}

/** How current the screen is, judged by the live link and by the queries it shows. */
export function useFreshness(queries: readonly ReadingState[]): Freshness {
  const link = useContext(LinkContext);
  const now = useNow();
  const readings = queries.map(({ dataUpdatedAt, failureCount, isError }) => ({
    readAt: dataUpdatedAt,
    failing: isError || failureCount > 0,
  }));
  return freshnessOf(link, readings, now, useTrueAt());
}

/** Milliseconds since the screen was last known to be current; 0 while it is. */
export function useStaleFor(queries: readonly ReadingState[]): number {
  const freshness = useFreshness(queries);
  const now = useNow();
  if (freshness.state === 'live' || freshness.state === 'connecting') return 0;
  return freshness.since === null ? Number.POSITIVE_INFINITY : now - freshness.since;
}
