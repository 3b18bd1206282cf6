import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Role } from '../../../contract/auth.ts';
import { systemClock } from '../../platform/clock.ts';
import { type Database, openDatabase } from '../../platform/database/database.ts';
import { readMigrations } from '../../platform/database/migrations.ts';
import { createHealth, type Health, NotReady } from '../../platform/health/health.ts';
import { createHttpApp } from '../../platform/http/http-app.ts';
import { createHttpMetrics } from '../../platform/http/http-metrics.ts';
import { createHttpServer, type HttpServer } from '../../platform/http/http-server.ts';
import { createIdempotency } from '../../platform/http/idempotency.ts';
import { createServing } from '../../platform/http/serving.ts';
import { createIds } from '../../platform/ids.ts';
import { defineJob } from '../../platform/jobs/job.ts';
import { createJobs, type Jobs } from '../../platform/jobs/jobs.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createSealer } from '../../platform/sealer.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { createOperationsModule } from './index.ts';

const clock = systemClock;
const ids = createIds(clock);
const logger = pino({ level: 'silent' });

let database: Database;
let health: Health;
let jobs: Jobs;
let http: HttpServer;
let url: string;
let fails: boolean;
let changes: string[];

const deed = defineJob({
  kind: 'deed',
  payload: z.object({ guest: z.string() }),
  maxAttempts: 1,
  write: () => {
    if (fails) throw new Error('not today');
  },
});

beforeEach(async () => {
  fails = true;
  changes = [];
  database = openDatabase({
    directory: aTemporaryDirectory(),
    migrations: readMigrations(join(import.meta.dirname, '../../../migrations')),
    clock,
  });
  const metrics = createMetrics();
  health = createHealth(clock);
  jobs = createJobs({ database, clock, ids, logger, metrics });
  jobs.register(deed);
  const { routes } = createOperationsModule({
    jobs,
    health,
    metrics,
    live: { changed: (topic) => changes.push(topic) },
  });
  http = createHttpServer(
    createHttpApp({
      routes,
      clock,
      ids,
      logger,
      serve: createServing({
        database,
        idempotency: createIdempotency(createSealer('a secret key of the tests', 'idempotency')),
      }),
      // The role is the whole of the credentials here.
      authenticate: async ({ authorization }) => {
        if (authorization === undefined) return null;
        const role = Role.parse(authorization);
        return { principal: { userId: role, username: role, role, playerId: null, sessionId: null } };
      },
      metrics: createHttpMetrics(metrics),
      fallback: (ctx) => {
        ctx.status = 404;
      },
      tls: false,
      checkReplies: true,
    }),
    clock,
  );
  url = `http://127.0.0.1:${await http.listen(0, '127.0.0.1')}`;
  await jobs.start();
});
afterEach(async () => {
  await http.close(0);
  await jobs.stop(0);
  database.close();
});

async function call(method: string, path: string, role?: Role) {
  const response = await fetch(url + path, {
    method,
    headers: role === undefined ? {} : { authorization: role },
  });
  const text = await response.text();
  const isJson = /json/u.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined };
}

const ask = () => database.write((tx) => jobs.enqueue(tx, deed, { guest: 'Ana' }));
async function aDeadJob(): Promise<string> {
  const id = await ask();
  await expect.poll(() => jobs.countDead(database.reader)).toBeGreaterThan(0);
  return id;
}

describe('jobs', () => {
  test('a dead one is listed without what it was about, retried, and gone', async () => {
    const id = await aDeadJob();
    const listed = await call('GET', '/api/jobs?state=dead', 'staff');
    expect(listed.body).toMatchObject({
      items: [
        { id, kind: 'deed', state: 'dead', attempts: 1, max_attempts: 1, last_error: 'Error: not today' },
      ],
      next_cursor: null,
    });
    expect(listed.text).not.toContain('Ana');
    fails = false;
    expect(await call('POST', `/api/jobs/${id}/retry`, 'staff')).toMatchObject({
      status: 200,
      body: { id, state: 'waiting', attempts: 0 },
    });
    await expect.poll(async () => (await call('GET', '/api/jobs', 'admin')).body.items).toEqual([]);
    expect(changes).toEqual(['jobs', 'jobs']);
  });

  test('one is given up', async () => {
    const id = await aDeadJob();
    expect(await call('DELETE', `/api/jobs/${id}`, 'admin')).toMatchObject({ status: 204 });
    expect(await call('DELETE', `/api/jobs/${id}`, 'admin')).toMatchObject({
      status: 404,
      body: { code: 'job_not_found' },
    });
  });

  test('many come page by page', async () => {
    await call('POST', '/api/job-kinds/deed/pause', 'staff');
    const all = [await ask(), await ask(), await ask()].reverse();
    const first = await call('GET', '/api/jobs?limit=2', 'staff');
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(all.slice(0, 2));
    const second = await call('GET', `/api/jobs?limit=2&cursor=${first.body.next_cursor}`, 'staff');
    expect(second.body.items.map(({ id }: { id: string }) => id)).toEqual(all.slice(2));
    expect(second.body.next_cursor).toBe(null);
  });

  test('a kind is paused and resumed', async () => {
    fails = false;
    expect(await call('POST', '/api/job-kinds/deed/pause', 'staff')).toMatchObject({ status: 204 });
    await ask();
    expect((await call('GET', '/api/job-kinds', 'staff')).body).toEqual({
      items: [{ kind: 'deed', paused: true, waiting: 1, running: 0, dead: 0 }],
    });
    expect(await call('POST', '/api/job-kinds/deed/resume', 'staff')).toMatchObject({ status: 204 });
    await expect
      .poll(async () => (await call('GET', '/api/job-kinds', 'staff')).body.items[0].waiting)
      .toBe(0);
    expect(await call('POST', '/api/job-kinds/stranger/pause', 'staff')).toMatchObject({
      status: 404,
      body: { code: 'job_kind_not_found' },
    });
  });

  test.each(['/api/jobs?state=happy', '/api/jobs?limit=0', '/api/jobs?limit=1000'])(
    'refuses %s',
    async (path) => {
      expect(await call('GET', path, 'staff')).toMatchObject({ status: 422 });
    },
  );
});

const paths = [
  'GET /api/jobs',
  'GET /api/job-kinds',
  'POST /api/job-kinds/deed/pause',
  'POST /api/job-kinds/deed/resume',
];
describe.each(paths)('%s', (route) => {
  const [method = '', path = ''] = route.split(' ');
  test('is for staff alone', async () => {
    expect(await call(method, path)).toMatchObject({ status: 401 });
    for (const role of Role.options) {
      const { status } = await call(method, path, role);
      expect([role, status < 300]).toEqual([role, role === 'staff' || role === 'admin']);
    }
  });
});

describe('health', () => {
  test('alive is alive, whatever else', async () => {
    health.add({ name: 'broker', check: () => Promise.reject(new NotReady('it does not listen')) });
    expect(await call('GET', '/healthz')).toMatchObject({ status: 200, body: { alive: true } });
  });

  test('ready, with every check by name', async () => {
    health.add({ name: 'broker', check: () => {} });
    expect(await call('GET', '/readyz')).toMatchObject({
      status: 200,
      body: { ready: true, checks: { broker: { ok: true } } },
    });
  });

  test('not ready, with the reason', async () => {
    health.add({ name: 'disk', check: () => {} });
    health.add({ name: 'broker', check: () => Promise.reject(new NotReady('it does not listen')) });
    expect(await call('GET', '/readyz')).toMatchObject({
      status: 503,
      body: {
        ready: false,
        checks: { disk: { ok: true }, broker: { ok: false, reason: 'it does not listen' } },
      },
    });
  });
});

test('metrics are open on the machine itself, with the names of Prometheus and ours', async () => {
  const { status, text } = await call('GET', '/metrics');
  expect(status).toBe(200);
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'dugout_event_loop_delay_seconds{quantile="0.99"}',
    'dugout_http_requests_total',
  ]) {
    expect(text).toContain(name);
  }
});
