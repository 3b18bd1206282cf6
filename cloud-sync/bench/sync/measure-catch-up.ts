import { atLeast, atMost } from '@dugout/appliance/bench/measuring/goal.ts';
import { median, rounded } from '@dugout/appliance/bench/measuring/statistics.ts';
import { cpuMs, type Measured, type Surroundings, waitUntil } from './measuring.ts';
import { aVenueAndItsCloud, type VenueAndCloud } from './venue-and-cloud.ts';

interface CatchUp {
  /** Through the link, from the first byte that the daemon sends until the cloud has everything. */
  readonly bytes: number;
  readonly ms: number;
  /** Of the daemon, its start among it. */
  readonly cpuMs: number;
}

/** The daemon comes back, and brings what it finds. */
async function catchUp(both: VenueAndCloud, head: number): Promise<CatchUp> {
  const before = both.link.sent;
  const daemon = await both.startDaemon();
  await waitUntil(() => both.link.sent > before, 'the first byte', { everyMs: 1 });
  const began = performance.now();
  await both.caughtUp(head);
  const ms = performance.now() - began;
  const result = { bytes: both.link.sent - before, ms, cpuMs: cpuMs(daemon.pid) };
  await both.stopDaemon();
  return result;
}

const many = 30;

export async function measureCatchUp(surroundings: Surroundings): Promise<Measured> {
  const { quick } = surroundings;
  const rows = quick ? 2_000 : 10_000;
  const both = await aVenueAndItsCloud(surroundings);
  try {
    const { head } = await both.venue.do({ what: 'fill', rows });
    await catchUp(both, head);
    const once: CatchUp[] = [];
    const often: CatchUp[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round += 1)
      for (const [times, results] of [
        [1, once],
        [many, often],
      ] as const) {
        const changed = await both.venue.do({ what: 'change', rows, times });
        results.push(await catchUp(both, changed.head));
      }
    const of = (results: readonly CatchUp[], what: keyof CatchUp) =>
      Math.round(median(results.map((one) => one[what])));
    const figure = (results: readonly CatchUp[]) => ({
      bytes: of(results, 'bytes'),
      ms: of(results, 'ms'),
      daemon_cpu_ms: of(results, 'cpuMs'),
    });
    const ratio = rounded(of(often, 'bytes') / of(once, 'bytes'), 4);
    const more = of(often, 'ms') - of(once, 'ms');
    return {
      figures: {
        rows,
        [`${rows}_changes`]: figure(once),
        [`${rows * many}_changes`]: figure(often),
        bytes_ratio: ratio,
        us_per_further_change: rounded((more * 1_000) / (rows * (many - 1))),
      },
      goals: [
        atMost('bytes differ by, percent', rounded(Math.abs(ratio - 1) * 100), 5),
        atMost(`time of ${rows * many} changes, ms`, of(often, 'ms'), (3 * rows * many + 40 * rows) / 1_000),
      ],
    };
  } finally {
    await both.stop();
  }
}

export async function measureOutage(surroundings: Surroundings): Promise<Measured> {
  const rows = surroundings.quick ? 20_000 : 100_000;
  const both = await aVenueAndItsCloud(surroundings);
  try {
    // What comes first is a copy of everything, and is no catch-up.
    const { head } = await both.venue.do({ what: 'fill', rows: 100 });
    await catchUp(both, head);
    const results = new Map<number, CatchUp[]>([
      [0, []],
      [50, []],
    ]);
    for (let round = 0; round < (surroundings.quick ? 1 : 3); round += 1)
      for (const [rtt, those] of results) {
        both.setRoundTrip(rtt);
        const filled = await both.venue.do({ what: 'fill', rows });
        those.push(await catchUp(both, filled.head));
      }
    const perSecond = (rtt: number) =>
      Math.round(rows / (median((results.get(rtt) ?? []).map(({ ms }) => ms)) / 1_000));
    const cpu = [...results.values()].flat().map((one) => one.cpuMs);
    return {
      figures: {
        rows,
        rows_per_second_at_0_ms: perSecond(0),
        rows_per_second_at_50_ms: perSecond(50),
        daemon_cpu_us_per_row_with_its_start: rounded((median(cpu) * 1_000) / rows),
      },
      goals: [atLeast('rows/s after an outage at 50 ms of round trip', perSecond(50), 20_000)],
    };
  } finally {
    await both.stop();
  }
}
