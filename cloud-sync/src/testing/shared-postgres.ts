import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers with the address of the run's Postgres, which is started when somebody asks for the first time. */
    sharedPostgres: string;
  }
}

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Set-up of a test run: one Postgres for all of its files, and none when no file wants one. `DUGOUT_TEST_POSTGRES_URL`
 * names another one to test on, with a superuser: an older version, a managed one.
 */
export default async function shareOnePostgres(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<Running> | undefined;
  const desk = createServer((_request, response) => {
    running ??= start(process.env['DUGOUT_TEST_POSTGRES_URL']);
    running.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  const address = desk.address();
  if (typeof address !== 'object' || address === null) throw new Error('the desk has no port');
  project.provide('sharedPostgres', `http://127.0.0.1:${address.port}/`);
  return async () => {
    desk.close();
    desk.closeAllConnections();
    const started = await running?.catch(() => undefined);
    await started?.stop();
  };
}

async function start(outside: string | undefined): Promise<Running> {
  if (outside !== undefined) return { url: outside, stop: async () => {} };
  // Runs without a test of the cloud do not even load it.
  const { startEmbeddedPostgres } = await import('../postgres/embedded.ts');
  const directory = mkdtempSync(join(tmpdir(), 'dugout-postgres-'));
  // No power cut of the machine is part of a test; that of Postgres alone needs no sync to be survived.
  const parameters = { fsync: 'off', max_connections: '300', wal_level: 'logical' };
  const { url, stop } = await startEmbeddedPostgres({ directory, parameters });
  return {
    url,
    async stop() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
