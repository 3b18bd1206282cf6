import { join } from 'node:path';
import type { RunningProgram } from '@dugout/appliance/bench/measuring/program.ts';
import { aChaosProxy, placeOf } from '../../src/testing/chaos-proxy.ts';
import { aCloudOn } from '../../src/testing/cloud-on-server.ts';
import { type Surroundings, waitUntil } from './measuring.ts';
import { siteName, startDaemon, startVenue } from './programs.ts';

/** A venue that is written by a process, its real daemon, and a link to a cloud of its own. */
export async function aVenueAndItsCloud({ server, directory }: Surroundings) {
  const cloud = await aCloudOn(server.url);
  const siteUrl = await cloud.siteUrl(siteName);
  const link = await aChaosProxy(placeOf(siteUrl));
  const place = join(directory, 'venue');
  const venue = await startVenue(place);
  let daemon: RunningProgram | undefined;

  /** How far the cloud is, and whether that is all of what the venue had then. */
  async function cloudAt(): Promise<number> {
    const [row] = await cloud.sql<{ seq: number }>(
      'SELECT consistent_seq AS seq FROM sync.site WHERE site_id = $1',
      [siteName],
    );
    return row?.seq ?? 0;
  }

  async function stopDaemon(): Promise<void> {
    await daemon?.stop();
    daemon = undefined;
  }

  return {
    cloud,
    link,
    venue,
    cloudAt,
    /** A round trip takes so long from now on. */
    setRoundTrip: (ms: number) => link.delay(ms / 2),
    async startDaemon(): Promise<RunningProgram> {
      daemon = await startDaemon({ directory: place, cloudUrl: link.through(siteUrl) });
      return daemon;
    },
    stopDaemon,
    caughtUp: (head: number) => waitUntil(async () => (await cloudAt()) >= head, 'the catch-up'),
    async stop(): Promise<void> {
      await stopDaemon();
      await venue.stop();
      await link.stop();
      await cloud.stop();
    },
  };
}
export type VenueAndCloud = Awaited<ReturnType<typeof aVenueAndItsCloud>>;
