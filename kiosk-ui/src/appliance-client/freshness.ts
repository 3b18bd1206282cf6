/** The appliance beats every five seconds; a screen that missed two beats no longer knows that it is current. */
export const silenceLimitMs = 12_000;
/** A venue speaks to its replica as often, over a longer way; after this its data are no longer taken for current. */
export const venueSilenceLimitMs = 15_000;
/** A link may blink while it reconnects; longer than this, and the screen says so. */
const blinkMs = 2_000;

/** What the live connection knows about itself. Moments are the device's own, in milliseconds. */
export type Link = {
  connected: boolean;
  /** When the connection opened, beat or told of a change for the last time. */
  heardAt: number | null;
  /** When it was lost or begun, if it is not connected. */
  brokenAt: number | null;
};

/** What the screen's own data say: when they were read, and whether reading them fails now. */
export type Reading = { readAt: number; failing: boolean };

export type Freshness =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'stale'; since: number }
  | { state: 'offline'; since: number | null };

/**
 * Whether what the screen shows is current, and if not, since when. Never says live without proof of it: neither when
 * nobody tells the screen of changes, nor when a replica does whose own data have grown old. `trueAt`: when those were
 * last the venue's, null at the venue.
 */
export function freshnessOf(
  link: Link,
  readings: readonly Reading[],
  now: number,
  trueAt: number | null = null,
): Freshness {
  const screen = freshnessOfScreen(link, readings, now);
  if (trueAt === null || now - trueAt <= venueSilenceLimitMs) return screen;
  if (screen.state === 'live') return { state: 'stale', since: trueAt };
  return screen.state === 'stale' ? { state: 'stale', since: Math.min(screen.since, trueAt) } : screen;
}

function freshnessOfScreen(link: Link, readings: readonly Reading[], now: number): Freshness {
  if (!link.connected) return disconnected(link, now);
  const heardAt = link.heardAt ?? now;
  if (now - heardAt > silenceLimitMs) return { state: 'stale', since: heardAt };
  const failing = readings.filter((reading) => reading.failing);
  if (failing.length > 0) return { state: 'stale', since: Math.min(...failing.map(({ readAt }) => readAt)) };
  if (readings.some(({ readAt }) => readAt === 0)) return { state: 'connecting' };
  return { state: 'live' };
}

function disconnected({ heardAt, brokenAt }: Link, now: number): Freshness {
  const patience = heardAt === null ? silenceLimitMs / 4 : blinkMs;
  if (brokenAt === null || now - brokenAt > patience) return { state: 'offline', since: heardAt };
  return heardAt === null ? { state: 'connecting' } : { state: 'live' };
}
