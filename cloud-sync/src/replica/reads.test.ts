import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import type { Route } from '@dugout/appliance/platform/http/route.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aReplica, aReplicatedVenue, type TestReplica } from '../testing/a-replica.ts';
import { aBusyFloor, type BusyFloor } from '../testing/busy-floor.ts';
import { aMeasuredPlayer, type MeasuredPlayer } from '../testing/measured-player.ts';

/** A clock that both sides share, and that can stand still: what depends on the time is the same then. */
let standsAt: number | undefined;
const clock: Clock = { ...systemClock, now: () => standsAt ?? systemClock.now() };

let cloud: TestCloud;
let venue: Awaited<ReturnType<typeof aReplicatedVenue>>;
let replica: TestReplica;
let floor: BusyFloor;
let measured: MeasuredPlayer;
let codes: string[];
let session: string;
let stations: string[];

beforeAll(async () => {
  cloud = await aCloud();
  venue = await aReplicatedVenue(cloud, { clock });
  floor = await aBusyFloor(venue, 30, 7);
  measured = await aMeasuredPlayer(venue);
  const { body } = await venue.get('/api/games?state=completed&limit=200', { as: 'user' });
  codes = body.items.map((game: { page_url: string }) => game.page_url.split('/').at(-1));
  const recorded = await venue.get(`/api/sessions?player_id=${measured.id}`, { as: 'user' });
  session = recorded.body.items[0].id;
  const places = await venue.get('/api/stations', { as: 'user' });
  stations = places.body.items.map(({ id }: { id: string }) => id);
  await venue.caughtUp();
  replica = await aReplica(cloud, { clock });
}, 240_000);

afterAll(async () => {
  await replica?.stop();
  await venue?.stop();
  await cloud?.stop();
});

type Callers = Readonly<Record<string, Parameters<TestReplica['get']>[1]>>;
const callers = (): Callers => ({
  staff: { as: 'user' },
  tablet: { as: 'mlbtablet' },
  rig: { as: 'mlbvrgame' },
  player: { as: floor.player.credentials },
  measured: { as: measured.as },
  nobody: {},
});

/** Routes that speak of a process or of its surroundings, and not of the venue's data. */
const ofTheProcess = new Set([
  '/api/live',
  '/api/place',
  '/api/replication',
  '/asyncapi.json',
  '/docs',
  '/docs/problems',
  '/healthz',
  '/metrics',
  '/openapi.json',
  '/readyz',
]);

/** Reads of what the venue's machine alone has: its clock, carriers, live gloves, raw samples. */
const venueOnly = (): Readonly<Record<string, string>> => ({
  '/api/gloves': '/api/gloves',
  '/api/gloves/:name': '/api/gloves/glove-1',
  '/api/gloves/:name/calibration': '/api/gloves/glove-1/calibration',
  '/api/gloves/:name/steering': '/api/gloves/glove-1/steering',
  '/api/gloves/counts': '/api/gloves/counts',
  '/api/messages/carriers': '/api/messages/carriers',
  '/api/sessions/:id/export': `/api/sessions/${floor.mine}/export`,
  '/api/time': '/api/time',
});

/** Addresses by which each read route of the appliance is asked. */
const addresses = (): Readonly<Record<string, readonly string[]>> => {
  const { games, player, device, mine } = floor;
  const [first = '', second = ''] = measured.games;
  const some = [mine, ...games.slice(0, 6), crypto.randomUUID()];
  return {
    '/api/session': ['/api/session'],
    '/api/devices': ['/api/devices'],
    '/api/devices/:id/commands': [`/api/devices/${device}/commands`, `/api/devices/${mine}/commands`],
    '/api/players/:id': [`/api/players/${player.id}`, `/api/players/${mine}`],
    '/api/players/:id/calibrations': [measured.id, player.id, mine].map(
      (id) => `/api/players/${id}/calibrations`,
    ),
    '/api/players/:id/progress': [measured.id, player.id, mine].map((id) => `/api/players/${id}/progress`),
    '/api/me': ['/api/me'],
    '/api/me/progress': ['/api/me/progress'],
    '/api/me/events': ['', '?limit=1', '?since=none'].map((query) => `/api/me/events${query}`),
    '/api/me/sync': ['', '?limit=1'].map((query) => `/api/me/sync${query}`),
    '/api/attractions': ['/api/attractions'],
    '/api/stations': ['/api/stations'],
    '/api/stations/:id/result': [...stations, mine].map((id) => `/api/stations/${id}/result`),
    '/api/games': [
      ...[
        '',
        '?limit=7',
        '?state=queued',
        '?state=completed&attraction=derby',
        '?state=held&limit=2',
        '?state=x',
      ],
      ...[`?player_id=${player.id}`, `?limit=3&cursor=${games[4]}`],
    ].map((query) => `/api/games${query}`),
    '/api/games/:id': [...some.map((id) => `/api/games/${id}`), `/games/${mine}/`],
    '/api/games/:id/history': some.map((id) => `/api/games/${id}/history`),
    '/api/games/:id/progress': [
      ...[first, second, mine, crypto.randomUUID()].map((id) => `/api/games/${id}/progress`),
      `/games/${first}/progress/`,
    ],
    '/api/games/:id/souvenir': some.map((id) => `/api/games/${id}/souvenir`),
    '/api/sessions': [
      `?player_id=${measured.id}`,
      `?game_id=${second}`,
      `?game_id=${mine}`,
      `?game_id=${games[0]}`,
      '',
    ].map((query) => `/api/sessions${query}`),
    '/api/sessions/:id': [session, player.id].map((id) => `/api/sessions/${id}`),
    '/api/rig-events': ['', '?outcome=conflict', `?game_id=${games[0]}`, '?limit=2'].map(
      (query) => `/api/rig-events${query}`,
    ),
    '/api/messages': ['', '?state=pending', '?limit=3'].map((query) => `/api/messages${query}`),
    '/api/replies': ['', '?open=true', '?limit=2'].map((query) => `/api/replies${query}`),
    '/api/outages': ['/api/outages'],
    '/api/queue': ['/api/queue', '/api/queue?attraction=derby'],
    '/api/public/queue': ['/api/public/queue'],
    '/api/floor': ['/api/floor'],
    '/api/leaderboards/:attraction': [
      'derby',
      'derby?limit=3',
      'pong?window=today',
      `derby?around=${player.id}`,
      'derby?window=none',
      'chess',
    ].map((rest) => `/api/leaderboards/${rest}`),
    '/api/event-windows': ['/api/event-windows'],
    '/api/jobs': ['/api/jobs', '/api/jobs?state=dead&limit=2'],
    '/api/job-kinds': ['/api/job-kinds'],
    '/s/:code': [...codes.slice(0, 3), 'zzzzzzzz'].map((code) => `/s/${code}`),
    '/s/:code/leave': codes.slice(0, 2).map((code) => `/s/${code}/leave`),
    '/s/renew.js': ['/s/renew.js'],
    '/s/:code/:file': codes
      .slice(0, 2)
      .flatMap((code) => ['print.jpg', 'thumbnail.webp', 'none.gif'].map((file) => `/s/${code}/${file}`)),
  };
};

/** What a process tells of itself within an answer about the data. */
function withoutProcess(body: unknown): unknown {
  if (Buffer.isBuffer(body)) return body.toString('base64');
  if (typeof body !== 'object' || body === null) return body;
  const { request_id: _, version: __, ...rest } = body as Record<string, unknown>;
  return rest;
}

test('every read route of the appliance is asked', () => {
  const reads = venue.routes.filter(({ method, path }) => method === 'GET' && !ofTheProcess.has(path));
  const pathsOf = (isWanted: (route: Route) => boolean) =>
    reads
      .filter(isWanted)
      .map(({ path }) => path)
      .sort();
  expect(pathsOf(({ remote }) => remote === 'venue_only')).toEqual(Object.keys(venueOnly()).sort());
  expect(pathsOf(({ remote }) => remote === undefined)).toEqual(Object.keys(addresses()).sort());
});

test('what is of the venue’s machine is told at the venue, and here that it is', async () => {
  for (const path of Object.values(venueOnly())) {
    expect([200, 404]).toContain((await venue.get(path, { as: 'user' })).status);
    expect(await replica.get(path, { as: 'user' })).toMatchObject({
      status: 403,
      body: { code: 'venue_only' },
    });
  }
});

describe('the replica answers as the venue does', () => {
  test('to everybody, at every address', { timeout: 240_000 }, async () => {
    await venue.caughtUp();
    standsAt = systemClock.now();
    const statuses = new Map<number, number>();
    const asked = async (who: string, path: string) => {
      const pair = async () => {
        const [here, there] = [
          await venue.get(path, callers()[who]),
          await replica.get(path, callers()[who]),
        ];
        statuses.set(there.status, (statuses.get(there.status) ?? 0) + 1);
        return [there, here].map(({ status, body }) => ({ status, body: withoutProcess(body) }));
      };
      // What was still being done at the venue (a picture, a text) arrives meanwhile.
      const giveUp = performance.now() + 30_000;
      for (;;) {
        const [there, here] = await pair();
        if (JSON.stringify(there) === JSON.stringify(here)) return [];
        if (performance.now() > giveUp) return [{ who, path, there, here }];
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    const questions = Object.keys(callers()).flatMap((who) =>
      Object.values(addresses()).flatMap((paths) =>
        // For the others it is who may that differs, and not what is there.
        (who === 'staff' || who === 'measured' ? paths : paths.slice(0, 2)).map(
          (path) => [who, path] as const,
        ),
      ),
    );
    const differing: object[] = [];
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let next = questions.pop(); next !== undefined; next = questions.pop())
          differing.push(...(await asked(...next)));
      }),
    );
    expect(differing.slice(0, 3)).toEqual([]);
    for (const status of [200, 401, 403, 404, 422]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0);
    standsAt = undefined;
  });
});

test('a player’s event stream tells what is here and ends: the phone comes again with its cursor', async () => {
  const { id: playerId, credentials: as } = floor.player;
  const telling = { playerId, type: 'test', payload: { number: 7 }, uniqueKey: 'seven' };
  await venue.database.write((tx) => venue.notifications.tell(tx, telling));
  await venue.caughtUp();
  const headers = { accept: 'text/event-stream' };
  const first = await replica.get('/api/me/events', { as, headers });
  expect(first.headers.get('content-type')).toBe('text/event-stream');
  const text: string = first.body.toString();
  expect(text).toContain('"number":7');
  const cursor = /^id: (.*)$/mu.exec(text)?.[1] ?? '';
  const again = await replica.get('/api/me/events', { as, headers: { ...headers, 'last-event-id': cursor } });
  expect(again.body.toString()).toBe('retry: 2000\n\n');
});
