import { aGame } from '@dugout/appliance/testing/test-games.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../postgres/connection.ts';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aReplica, aReplicatedVenue, type TestReplica } from '../testing/a-replica.ts';
import { until } from '../testing/a-venue.ts';
import { aChaosProxy, type ChaosProxy } from '../testing/chaos-proxy.ts';

let cloud: TestCloud;
let venue: Awaited<ReturnType<typeof aReplicatedVenue>>;
let network: ChaosProxy;
let replica: TestReplica;
const staff = { as: 'user' } as const;

beforeAll(async () => {
  cloud = await aCloud();
  venue = await aReplicatedVenue(cloud);
  await aGame(venue, 'queued');
  await venue.caughtUp();
  const url = new URL(await cloud.replicaUrl());
  network = await aChaosProxy({ host: url.hostname, port: Number(url.port) });
  replica = await aReplica(cloud, {
    config: { cloudUrl: network.through(url.href), commandWaitMs: 200 },
    // The limits themselves are short here, so that a test does not take as long as they are.
    connect: (to, settings) =>
      connect(to, { ...settings, connectTimeoutMs: 1_000, statementTimeoutMs: 1_000, deadlineMs: 1_500 }),
  });
}, 240_000);

afterEach(() => network.heal());

afterAll(async () => {
  await replica?.stop();
  await venue?.stop();
  await network?.stop();
  await cloud?.stop();
});

const isUnavailable = async (path: string): Promise<boolean> => {
  const answer = await replica.get(path, staff);
  if (answer.status !== 503) return false;
  expect(answer.body).toMatchObject({ code: 'replica_unavailable' });
  expect(answer.headers.get('retry-after')).toBe('2');
  return true;
};

describe('a database that is away', () => {
  test('is told of at once, with the age that is still known, and back as soon as it is back', async () => {
    expect(await replica.get('/api/floor', staff)).toMatchObject({ status: 200 });
    network.cut();
    await until(() => isUnavailable('/api/floor'));
    const refused = await replica.get('/api/public/queue');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('data-as-of')).not.toBeNull();
    expect((await replica.post('/api/games', { ...staff, body: { player: { name: 'A' } } })).status).toBe(
      503,
    );
    expect(await replica.get('/readyz')).toMatchObject({
      status: 503,
      body: { ready: false, checks: { postgres: { ok: false } } },
    });
    expect(await replica.get('/healthz')).toMatchObject({ status: 200 });
    expect(await replica.get('/')).toMatchObject({ status: 200 });
    network.heal();
    await until(async () => (await replica.get('/api/floor', staff)).status === 200);
    expect(await replica.get('/readyz')).toMatchObject({ status: 200, body: { ready: true } });
  });

  test('and says nothing is told of, too: nobody hangs', async () => {
    expect(await replica.get('/api/floor', staff)).toMatchObject({ status: 200 });
    network.freeze();
    const all = await Promise.all(Array.from({ length: 30 }, () => replica.get('/api/public/queue')));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([503]));
    network.heal();
    await until(async () => (await replica.get('/api/floor', staff)).status === 200);
  });

  test('is not set up: the replica says so when it is asked, and runs', async () => {
    const nowhere = await aReplica(cloud, { config: { cloudUrl: 'postgresql://nobody:x@127.0.0.1:9/none' } });
    try {
      expect(await nowhere.get('/readyz')).toMatchObject({ status: 503 });
      expect(await nowhere.get('/api/public/queue')).toMatchObject({ status: 503 });
      expect(await nowhere.get('/docs')).toMatchObject({ status: 200 });
    } finally {
      await nowhere.stop();
    }
  });
});

test('a commit whose answer is lost is not asked for twice', async () => {
  const headers = { 'idempotency-key': 'lost' };
  const body = { player: { name: 'Lost And Found' } };
  const lost = network.cutAtCommit();
  const first = await replica.post('/api/games', { ...staff, headers, body });
  await Promise.race([lost, Promise.resolve()]);
  const again = async () => (await replica.post('/api/games', { ...staff, headers, body })).status;
  await until(async () => [201, 202].includes(await again()));
  expect(first.status).toBeGreaterThanOrEqual(200);
  const commands = await cloud.sql(`SELECT id FROM sync.command WHERE key = 'lost'`);
  expect(commands).toHaveLength(1);
});

describe('the process itself', () => {
  test('is alive, ready and measured', async () => {
    expect(await replica.get('/healthz')).toMatchObject({ status: 200, body: { alive: true } });
    const metrics = await replica.get('/metrics');
    expect(metrics.body.toString()).toMatch(/process_resident_memory_bytes \d/u);
    expect(metrics.body.toString()).toContain('dugout_http_requests_total{method="GET",route="/api/floor"');
    expect(metrics.body.toString()).toContain('dugout_replica_connections_in_use');
  });

  test('describes all that it serves', async () => {
    const { body } = await replica.get('/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/sites',
        '/api/commands/{id}',
        '/api/commands/{id}/cancel',
        '/api/games',
        '/login',
      ]),
    );
    expect(Object.keys(body.paths['/api/games'].post.responses)).toContain('202');
    expect((await replica.get('/sites/labs/docs')).status).toBe(200);
  });

  test('serves the screens, whichever site they are of', async () => {
    const headers = { accept: 'text/html' };
    const [here, there] = [
      await replica.get('/', { headers }),
      await replica.get('/sites/labs/staff', { headers }),
    ];
    expect([here.status, there.status]).toEqual([200, 200]);
    expect(there.body.equals(here.body)).toBe(true);
    expect(await replica.get('/sites/labs/api/none')).toMatchObject({ status: 404 });
  });
});
