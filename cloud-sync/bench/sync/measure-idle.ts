import { startProgram } from '@dugout/appliance/bench/measuring/program.ts';
import { rounded } from '@dugout/appliance/bench/measuring/statistics.ts';
import { cpuMs, type Measured, type Surroundings } from './measuring.ts';
import { aVenueAndItsCloud } from './venue-and-cloud.ts';

/** Until the daemon takes the venue for idle, and what its start has left to do is done. */
const untilIdleMs = 15_000;

/** A daemon that has nothing to ship, beside a Node that wakes as often and does nothing. */
export async function measureIdle(surroundings: Surroundings): Promise<Measured> {
  const both = await aVenueAndItsCloud(surroundings);
  const bare = await startProgram(
    { name: 'node', command: [process.execPath, '-e', 'setInterval(() => {}, 40)'] },
    async () => true,
  );
  try {
    const { head } = await both.venue.do({ what: 'fill', rows: 1_000 });
    const daemon = await both.startDaemon();
    await both.caughtUp(head);
    await new Promise((resolve) => setTimeout(resolve, untilIdleMs));
    const spanMs = surroundings.quick ? 10_000 : 30_000;
    const before = [cpuMs(daemon.pid), cpuMs(bare.pid), both.link.sent] as const;
    await new Promise((resolve) => setTimeout(resolve, spanMs));
    const percent = (ms: number) => rounded((ms / spanMs) * 100);
    return {
      figures: {
        daemon_percent_of_a_core: percent(cpuMs(daemon.pid) - before[0]),
        bare_node_percent_of_a_core: percent(cpuMs(bare.pid) - before[1]),
        bytes_sent_per_second: Math.round((both.link.sent - before[2]) / (spanMs / 1_000)),
      },
      goals: [],
    };
  } finally {
    await bare.stop();
    await both.stop();
  }
}
