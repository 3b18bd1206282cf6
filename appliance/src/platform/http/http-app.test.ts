import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { openDatabase } from '../database/database.ts';
import { readMigrations } from '../database/migrations.ts';
import { storageProblems } from '../database/storage-problems.ts';
import { Problem } from '../errors.ts';
import { createIds } from '../ids.ts';
import { createMetrics } from '../metrics.ts';
import { createSealer } from '../sealer.ts';
import { createHttpApp } from './http-app.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { createHttpServer } from './http-server.ts';
import { createIdempotency } from './idempotency.ts';
import { type Route, readRoute } from './route.ts';
import { createServing } from './serving.ts';

const failing = (path: string, error: Error): Route =>
  readRoute({
    method: 'GET',
    path,
    access: 'public',
    tag: 'test',
    summary: 'fails',
    replies: {},
    read: () => Promise.reject(error),
  });

test('a fault is logged each time, and that somebody cannot be served now only once in a while', async () => {
  const lines: string[] = [];
  const database = openDatabase({
    directory: aTemporaryDirectory(),
    migrations: readMigrations(join(import.meta.dirname, '../../../migrations')),
    clock: systemClock,
    onTaskFailure() {},
  });
  const app = createHttpApp({
    routes: [
      failing('/fault', new Error('broken')),
      failing('/full', new Problem(storageProblems.storage_busy)),
    ],
    clock: systemClock,
    ids: createIds(systemClock),
    logger: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
    serve: createServing({
      database,
      idempotency: createIdempotency(createSealer('a secret key of the tests', 'idempotency')),
    }),
    authenticate: async () => null,
    metrics: createHttpMetrics(createMetrics()),
    fallback() {},
    tls: false,
  });
  const http = createHttpServer(app, systemClock);
  const url = `http://127.0.0.1:${await http.listen(0, '127.0.0.1')}`;
  onTestFinished(async () => {
    await http.close(0);
    database.close();
  });

  for (let n = 0; n < 20; n += 1) expect((await fetch(`${url}/full`)).status).toBe(503);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('"stack"');
  for (let n = 0; n < 3; n += 1) expect((await fetch(`${url}/fault`)).status).toBe(500);
  expect(lines).toHaveLength(4);
});
