import type { Link, Site, SyncState } from '@dugout/appliance/contract/replication.ts';

/** How bad a state of the link is for whoever reads the replica: what needs a person first. */
const badness: Record<SyncState, number> = {
  fenced: 0,
  schema_behind: 1,
  offline: 2,
  restoring: 3,
  bootstrapping: 4,
  catching_up: 5,
  live: 6,
};

/** Venues that need somebody come first; among equals the one whose data are oldest. */
export function sitesWorstFirst(sites: readonly Site[]): Site[] {
  const age = ({ data_lag_ms }: Site) => data_lag_ms ?? Number.POSITIVE_INFINITY;
  return sites.toSorted((a, b) => {
    const worse = badness[a.state] - badness[b.state];
    if (worse !== 0) return worse;
    // The ages of living venues differ by chance and from second to second: those keep their places.
    if (a.state !== 'live' && age(a) !== age(b)) return age(b) - age(a);
    return a.name.localeCompare(b.name, undefined, { numeric: true });
  });
}

/** Which message tells the state of a venue's link as its replica knows it, and what to put into it. */
export type VenueLinkWords =
  | { id: `venue_link.${'live' | 'bootstrapping' | 'schema_behind' | 'fenced' | 'restoring' | 'offline'}` }
  | { id: 'venue_link.catching_up' | 'venue_link.bootstrapping_n'; count: number }
  | { id: 'venue_link.offline_since'; since: string };

export function venueLinkWords({
  state,
  pending_changes: count,
  last_contact_at: since,
}: Pick<Site, 'state' | 'pending_changes' | 'last_contact_at'>): VenueLinkWords {
  if (state === 'catching_up') return { id: 'venue_link.catching_up', count };
  if (state === 'bootstrapping' && count > 0) return { id: 'venue_link.bootstrapping_n', count };
  if (state === 'offline' && since !== null) return { id: 'venue_link.offline_since', since };
  return { id: `venue_link.${state}` };
}

/** Which message tells the venue's own staff how its link to the cloud is. */
export type CloudLinkWords =
  | { id: `cloud_link.${'none' | 'live' | 'schema_behind' | 'fenced' | 'restoring'}` }
  | { id: 'cloud_link.waiting'; count: number }
  | { id: 'cloud_link.offline_since'; since: string };

/** A venue without a cloud is nothing to be alarmed by. */
export function cloudLinkWords({ status, since }: Link): CloudLinkWords {
  if (status === null || since === null) return { id: 'cloud_link.none' };
  const { state, pending_changes: count } = status;
  if (state === 'offline') return { id: 'cloud_link.offline_since', since };
  if (state === 'catching_up' || state === 'bootstrapping') return { id: 'cloud_link.waiting', count };
  return { id: `cloud_link.${state}` };
}
