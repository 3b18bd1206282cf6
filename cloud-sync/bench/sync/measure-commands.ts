import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@dugout/appliance/bench/api/connection.ts';
import { staff } from '@dugout/appliance/bench/api/lifecycle.ts';
import { atMost, type Goal } from '@dugout/appliance/bench/measuring/goal.ts';
import { quantile, rounded } from '@dugout/appliance/bench/measuring/statistics.ts';
import { aChaosProxy, placeOf } from '../../src/testing/chaos-proxy.ts';
import { aCloudOn } from '../../src/testing/cloud-on-server.ts';
import { type Measured, type Surroundings, waitUntil } from './measuring.ts';
import { siteName, startAppliance, startDaemon, startReplica } from './programs.ts';

const roundTrips = [0, 50];

/** A guest is signed up in the replica's console: asked, done at the venue, answered. Beside it, the same at the venue. */
export async function measureCommands({ server, directory, quick }: Surroundings): Promise<Measured> {
  const cloud = await aCloudOn(server.url);
  const siteUrl = await cloud.siteUrl(siteName);
  const link = await aChaosProxy(placeOf(siteUrl));
  const place = join(directory, 'venue');
  mkdirSync(place);
  const appliance = await startAppliance(place);
  const daemon = await startDaemon({
    directory: place,
    httpPort: appliance.port,
    cloudUrl: link.through(siteUrl),
  });
  const replica = await startReplica(join(directory, 'replica'), await cloud.replicaUrl());
  try {
    await waitUntil(async () => {
      const [row] = await cloud.sql<{ state: string }>('SELECT state FROM sync.site');
      return row?.state === 'live';
    }, 'the venue in the cloud');
    const signUp = {
      method: 'POST',
      path: '/api/games',
      as: staff,
      body: '{"player":{"name":"Far Away"}}',
    } as const;
    const taken = async (url: string, path: string, count: number): Promise<number[]> => {
      const ms: number[] = [];
      const connection = connect(url, (took) => ms.push(took));
      for (let done = 0; done < count; done += 1) await connection.send({ ...signUp, path });
      await connection.close();
      return ms.toSorted((a, b) => a - b);
    };
    const far = `/sites/${siteName}/api/games`;
    await taken(replica.url, far, 5);
    const figures: Record<string, unknown> = {};
    const goals: Goal[] = [];
    for (const rtt of roundTrips) {
      link.delay(rtt / 2);
      const [asked, there] = [
        await taken(replica.url, far, quick ? 20 : 100),
        await taken(appliance.url, signUp.path, quick ? 20 : 100),
      ];
      const p50 = rounded(quantile(asked, 0.5), 1);
      figures[`round_trip_${rtt}_ms`] = {
        p50,
        p99: rounded(quantile(asked, 0.99), 1),
        at_the_venue_p50: rounded(quantile(there, 0.5), 1),
      };
      goals.push(
        atMost(`command at ${rtt} ms of round trip, p50 ms`, p50, 2 * rtt + 60),
        atMost('the same, p99 ms', rounded(quantile(asked, 0.99), 1), 1_000),
      );
    }
    return { figures, goals };
  } finally {
    await replica.stop();
    await daemon.stop();
    await appliance.stop();
    await link.stop();
    await cloud.stop();
  }
}
