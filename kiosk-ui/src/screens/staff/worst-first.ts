import type { Station } from '@dugout/appliance/contract/attractions.ts';

const badness: Record<Station['presence'], number> = { offline: 0, unknown: 1, online: 2, idle: 2, busy: 3 };

/** Stations that need somebody come first; those that staff took out of service on purpose come last. */
export function worstFirst(stations: readonly Station[]): Station[] {
  const rank = ({ in_service, presence }: Station) => (in_service ? badness[presence] : 9);
  return stations.toSorted(
    (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}
