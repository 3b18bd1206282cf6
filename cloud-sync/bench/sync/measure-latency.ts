import { atMost, type Goal } from '@dugout/appliance/bench/measuring/goal.ts';
import { quantile, rounded } from '@dugout/appliance/bench/measuring/statistics.ts';
import { type Measured, type Surroundings, sharedNow, waitUntil } from './measuring.ts';
import { aVenueAndItsCloud, type VenueAndCloud } from './venue-and-cloud.ts';
import type { Commit } from './venue-process.ts';

const perSecond = 50;
const roundTrips = [0, 50];
const lookEveryMs = 2;

/** From the commit at the venue, on disk, until a reader of the cloud sees it; the reader looks every 2 ms. */
async function latencies({ venue, cloudAt }: VenueAndCloud, seconds: number): Promise<number[]> {
  const seen: Commit[] = [];
  let over = false;
  const reader = (async () => {
    while (!over) {
      const seq = await cloudAt();
      if (seq !== seen.at(-1)?.[0]) seen.push([seq, sharedNow()]);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  })();
  const { commits, head } = await venue.do({ what: 'pace', perSecond, seconds });
  await waitUntil(() => (seen.at(-1)?.[0] ?? 0) >= head, 'the last commit');
  over = true;
  await reader;
  return commits.map(([seq, at]) => (seen.find(([reached]) => reached >= seq)?.[1] ?? Number.NaN) - at);
}

export async function measureLatency(surroundings: Surroundings): Promise<Measured> {
  const both = await aVenueAndItsCloud(surroundings);
  const rounds = surroundings.quick ? 1 : 3;
  const seconds = surroundings.quick ? 5 : 15;
  try {
    const { head } = await both.venue.do({ what: 'fill', rows: 100 });
    await both.startDaemon();
    await both.caughtUp(head);
    const all = new Map(roundTrips.map((rtt) => [rtt, [] as number[]]));
    for (let round = 0; round < rounds; round += 1)
      for (const rtt of roundTrips) {
        both.setRoundTrip(rtt);
        await both.venue.do({ what: 'pace', perSecond, seconds: 1 });
        all.get(rtt)?.push(...(await latencies(both, seconds)));
      }
    const figures: Record<string, unknown> = {};
    const goals: Goal[] = [];
    for (const [rtt, values] of all) {
      const sorted = values.toSorted((a, b) => a - b);
      const [p50, p99] = [rounded(quantile(sorted, 0.5), 1), rounded(quantile(sorted, 0.99), 1)];
      figures[`round_trip_${rtt}_ms`] = {
        p50,
        p99,
        slowest: rounded(sorted.at(-1) ?? 0, 1),
        transactions: sorted.length,
      };
      goals.push(
        atMost(`commit to visible at ${rtt} ms of round trip, p50 ms`, p50, rtt + 25),
        atMost(`the same, p99 ms`, p99, 2 * rtt + 150),
      );
    }
    return { figures, goals };
  } finally {
    await both.stop();
  }
}
