import { cpSync, rmSync } from 'node:fs';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { aCloud, type TestCloud } from './a-cloud.ts';
import {
  aDaemon,
  aVenue,
  type CloudSite,
  caughtUp,
  cloudRows,
  cloudSite,
  type TestDaemon,
  type TestVenue,
  venueRows,
} from './a-venue.ts';
import { aChaosProxy, type ChaosProxy, placeOf } from './chaos-proxy.ts';

/**
 * For each test of a file: a venue, a site of its own in the file's cloud, and a bad network between them that is well
 * at first. Call it once, at the top of the file.
 */
export function aSyncForEachTest() {
  let cloud: TestCloud | undefined;
  let venue: TestVenue | undefined;
  let proxy: ChaosProxy | undefined;
  let sites = 0;
  let site = '';
  const daemons: TestDaemon[] = [];
  const venues: TestVenue[] = [];
  const given = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error('asked for outside of a test');
    return value;
  };

  beforeAll(async () => {
    cloud = await aCloud();
  });
  afterAll(() => cloud?.stop());
  beforeEach(async () => {
    sites += 1;
    site = `site-${sites}`;
    proxy = await aChaosProxy(placeOf(await given(cloud).siteUrl(site)));
    venue = aVenue(aTemporaryDirectory());
    venues.push(venue);
  });
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.lifecycle.stop();
    for (const one of venues.splice(0)) one.close();
    await proxy?.stop();
  });

  return {
    get cloud() {
      return given(cloud);
    },
    get venue() {
      return given(venue);
    },
    get proxy() {
      return given(proxy);
    },
    get site() {
      return site;
    },
    /** A daemon that runs until the end of the test, or until it is stopped. */
    async daemon(options: Parameters<typeof aDaemon>[2] = {}, directory = given(venue).directory) {
      const url = given(proxy).through(await given(cloud).siteUrl(site));
      const daemon = aDaemon(directory, url, { site, ...options });
      daemons.push(daemon);
      await daemon.lifecycle.start();
      return daemon;
    },
    async stop(daemon: TestDaemon) {
      daemons.splice(daemons.indexOf(daemon), 1);
      await daemon.lifecycle.stop();
    },
    /** Another venue that is opened on a copy of this directory, its keys among it. */
    twin(of: string): TestVenue {
      const directory = aTemporaryDirectory();
      copyDirectory(of, directory);
      const twin = aVenue(directory);
      venues.push(twin);
      return twin;
    },
    caughtUp: () => caughtUp(given(cloud), given(venue), site),
    expectEqual: async (directory = given(venue).directory) =>
      expect(await cloudRows(given(cloud), site)).toEqual(venueRows(directory)),
    inCloud: async (): Promise<CloudSite> => given(await cloudSite(given(cloud), site)),
  };
}

/** The data directory as it is on disk: close the venue first, or empty its log. */
export function copyDirectory(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('.lock') && !path.endsWith('-shm') });
}
