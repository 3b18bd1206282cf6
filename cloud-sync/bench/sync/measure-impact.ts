import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pauseRenders } from '@dugout/appliance/bench/api/renders.ts';
import { atMost } from '@dugout/appliance/bench/measuring/goal.ts';
import type { RunningProgram } from '@dugout/appliance/bench/measuring/program.ts';
import { inRounds } from '@dugout/appliance/bench/measuring/rounds.ts';
import { median, medianRatio, quantile, rounded } from '@dugout/appliance/bench/measuring/statistics.ts';
import { aCloudOn } from '../../src/testing/cloud-on-server.ts';
import type { Load } from './game-writers.ts';
import { type Measured, type Surroundings, waitUntil } from './measuring.ts';
import { isLive, siteName, startAppliance, startDaemon } from './programs.ts';

const lifecyclesPerSecond = 10;

/** What guests wait for while the daemon ships, and while there is none: one appliance, in turns. */
export async function measureImpact({ server, directory, quick }: Surroundings): Promise<Measured> {
  const cloud = await aCloudOn(server.url);
  const cloudUrl = await cloud.siteUrl(siteName);
  const appliance = await startAppliance(directory);
  const writers = fork(join(import.meta.dirname, 'game-writers.ts'));
  let daemon: RunningProgram | undefined;

  async function play(seconds: number): Promise<{ p50: number; p99: number }> {
    const load: Load = { url: appliance.url, perSecond: lifecyclesPerSecond, seconds };
    writers.send(load);
    const [answer] = (await once(writers, 'message')) as [{ ms: number[] } | { failed: string }];
    if ('failed' in answer) throw new Error(answer.failed);
    const sorted = answer.ms.toSorted((a, b) => a - b);
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
  }
  const shipping = async () => {
    if (daemon !== undefined) return;
    daemon = await startDaemon({ directory, httpPort: appliance.port, cloudUrl });
    await waitUntil(() => isLive(directory), 'the daemon');
  };
  const alone = async () => {
    await daemon?.stop();
    daemon = undefined;
  };

  try {
    await pauseRenders(appliance.url);
    await shipping();
    await play(3);
    const seconds = quick ? 4 : 10;
    const [shipped = [], quiet = []] = await inRounds([shipping, alone], quick ? 2 : 8, async (arrange) => {
      await arrange();
      return play(seconds);
    });
    const of = (rounds: readonly { p50: number; p99: number }[], what: 'p50' | 'p99') =>
      rounds.map((round) => round[what]);
    const [with99, without99] = [of(shipped, 'p99'), of(quiet, 'p99')];
    const ratio = rounded(medianRatio(with99, without99));
    const figures = {
      writes_per_second: lifecyclesPerSecond * 6,
      shipping_p50_ms: rounded(median(of(shipped, 'p50'))),
      alone_p50_ms: rounded(median(of(quiet, 'p50'))),
      shipping_p99_ms: rounded(median(with99)),
      alone_p99_ms: rounded(median(without99)),
      p50_ratio: rounded(medianRatio(of(shipped, 'p50'), of(quiet, 'p50'))),
      p99_ratio: ratio,
      alone_p99_ms_least_and_most: [Math.min(...without99), Math.max(...without99)].map((ms) => rounded(ms)),
      shipping_p99_ms_least_and_most: [Math.min(...with99), Math.max(...with99)].map((ms) => rounded(ms)),
    };
    return { figures, goals: [atMost('p99 of a game’s write while shipping, to without', ratio, 1.1)] };
  } finally {
    writers.kill();
    await alone();
    await appliance.stop();
    await cloud.stop();
  }
}
