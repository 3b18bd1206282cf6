import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSiteBehindVpn, type SiteBehindVpn } from './testing/vpn/a-site-behind-a-vpn.ts';
import { cloudAddress, missingForVpn, venueAddress } from './testing/vpn/network.ts';

const missing = missingForVpn();
const without = missing.length === 0 ? '' : ` (not here: ${missing.join(', ')})`;

/** Longer than the daemon takes to give up a connection, to find another, and to send what waits; on a busy machine. */
const healMs = 120_000;
const noticeMs = 30_000;
const guestsMeanwhile = 8;

interface Fault {
  readonly name: string;
  begin(site: SiteBehindVpn): Promise<void> | void;
  /** What happens while it lasts and guests play. */
  meanwhile?(site: SiteBehindVpn): Promise<void>;
  end(site: SiteBehindVpn): Promise<void> | void;
}

const until = (holds: () => boolean | Promise<boolean>, timeout = healMs) =>
  expect.poll(holds, { timeout, interval: 200 }).toBe(true);
const offline = (site: SiteBehindVpn) => until(() => site.status().state === 'offline', noticeMs);
/** Something that was written from now on arrives. */
async function arrivals(site: SiteBehindVpn): Promise<void> {
  const { seq } = site.status();
  await until(async () => (await site.seqInCloud()) > seq);
}
let endOfTheLongWay = async () => {};

const faults: readonly Fault[] = [
  {
    name: 'a cable that is pulled and plugged in',
    begin: (site) => site.cable.unplug(),
    end: (site) => site.cable.plug(),
  },
  {
    name: 'a cable that is pulled again and again',
    begin: async (site) => {
      for (let time = 0; time < 10; time += 1) {
        site.cable.unplug();
        await new Promise((resolve) => setTimeout(resolve, 200));
        site.cable.plug();
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
    },
    end: () => {},
  },
  {
    name: 'one packet in five lost, each way: rows go on meanwhile',
    begin: (site) => site.cable.lose(20),
    meanwhile: async (site) => {
      await arrivals(site);
      expect(site.cable.lost()).toBeGreaterThan(0);
    },
    end: (site) => site.cable.letThrough(),
  },
  {
    name: 'a round trip of two seconds: rows go on meanwhile, and a daemon that starts finds its cloud',
    begin: async (site) => {
      endOfTheLongWay = await site.takeTheLongWay(1_000);
    },
    meanwhile: async (site) => {
      expect(site.roundTripMs()).toBeGreaterThan(1_900);
      await arrivals(site);
      await site.restartDaemon();
      await arrivals(site);
    },
    end: () => endOfTheLongWay(),
  },
  {
    name: 'a path that is up and swallows everything: noticed within 30 s',
    begin: (site) => site.cable.swallow(),
    meanwhile: offline,
    end: (site) => site.cable.letThrough(),
  },
  {
    name: 'a path that carries 1280 bytes at most: rows go on meanwhile',
    begin: (site) => site.cable.setMtu(1_280),
    meanwhile: (site) => arrivals(site),
    end: (site) => site.cable.setMtu(1_500),
  },
  {
    name: 'the tunnel’s program killed at the venue, and started again',
    begin: (site) => site.venueEnd.kill(),
    meanwhile: offline,
    end: (site) => site.venueEnd.start(),
  },
  {
    name: 'the tunnel’s program killed in the cloud, and started again',
    begin: (site) => site.cloudEnd.kill(),
    end: (site) => site.cloudEnd.start(),
  },
  {
    name: 'another address of the venue: rows go on',
    begin: (site) => site.cable.moveVenue('192.0.2.72', venueAddress),
    meanwhile: (site) => arrivals(site),
    end: (site) => site.cable.moveVenue(venueAddress, '192.0.2.72'),
  },
  {
    name: 'another address of the cloud: rows go on, as long as both ends were running',
    begin: (site) => site.cable.moveCloud('192.0.2.71', cloudAddress),
    meanwhile: (site) => arrivals(site),
    end: (site) => site.cable.moveCloud(cloudAddress, '192.0.2.71'),
  },
];

describe.skipIf(missing.length > 0)(`through a VPN${without}`, () => {
  let site: SiteBehindVpn;
  /** State of each game that a guest was told of, in all tests. */
  const acknowledged = new Map<string, string>();

  beforeAll(async () => {
    site = await aSiteBehindVpn();
  }, healMs);
  afterAll(() => site?.end(), healMs);

  async function expectEqual(): Promise<void> {
    await until(async () => (await site.seqInCloud()) === site.status().seq);
    await expect.poll(() => site.differences(), { timeout: healMs, interval: 500 }).toEqual([]);
    expect(await site.gamesInCloud()).toEqual(acknowledged);
    expect(site.sync('verify')).toMatchObject({
      status: 0,
      says: expect.stringMatching(/^Equal: \d+ rows/u),
    });
  }

  test.each(faults)(
    '$name',
    async ({ begin, meanwhile, end }) => {
      const guests = site.guests();
      try {
        await guests.play(1);
        await begin(site);
        try {
          await Promise.all([guests.play(guestsMeanwhile), meanwhile?.(site)]);
        } finally {
          await end(site);
        }
        await guests.play(1);
      } finally {
        await guests.stop();
        for (const [game, state] of guests.acknowledged) acknowledged.set(game, state);
      }
      expect(guests.unanswered).toEqual([]);
      expect(guests.acknowledged.size).toBeGreaterThan(guestsMeanwhile);
      await expectEqual();
    },
    3 * healMs,
  );

  test(
    'rows that are missing are found by both comparisons, and repaired',
    async () => {
      await expectEqual();
      const [game = ''] = acknowledged.keys();
      await site.cloud.sql('DELETE FROM public.games WHERE id = $1', [game]);
      await expect
        .poll(() => site.differences(), { timeout: healMs, interval: 500 })
        .toEqual([expect.stringMatching(/^games at the venue alone/u)]);
      expect((await site.gamesInCloud()).has(game)).toBe(false);
      expect(site.sync('verify')).toMatchObject({
        status: 1,
        says: expect.stringMatching(/^Different: 1 of/u),
      });
      expect(site.sync('repair').status).toBe(0);
      await expectEqual();
    },
    3 * healMs,
  );
});
