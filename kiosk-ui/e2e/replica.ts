import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { vi } from 'vitest';
import type { TestAppliance } from '../../appliance/src/testing/test-appliance.ts';
import { composeDaemon } from '../../cloud-sync/src/compose-daemon.ts';
import { composeReplica } from '../../cloud-sync/src/compose-replica.ts';
import { withConnection } from '../../cloud-sync/src/postgres/connection.ts';
import { aCloud, type TestCloud } from '../../cloud-sync/src/testing/a-cloud.ts';
import { aChaosProxy } from '../../cloud-sync/src/testing/chaos-proxy.ts';

/** The real cloud of a venue: its Postgres, the daemon that ships to it over a line that can be cut, the replica. */
export interface Replica {
  readonly url: string;
  /** The path of the venue's pages. */
  readonly site: string;
  readonly cloud: TestCloud;
  /** The venue loses the cloud; whoever looks at the replica does not. */
  cut(): void;
  heal(): void;
  /** Another venue that has spoken once, and is silent. */
  addSilentSite(id: string, name: string): Promise<void>;
  stop(): Promise<void>;
}

/** How long a request waits for the venue's own answer before it is queued, in milliseconds. */
const commandWaitMs = 3_000;

export async function aReplica(appliance: TestAppliance): Promise<Replica> {
  const logger = pino({ level: process.env['DUGOUT_TEST_LOG'] ?? 'silent' });
  const cloud = await aCloud();
  const siteUrl = await cloud.siteUrl('labs');
  const { hostname, port } = new URL(siteUrl);
  const line = await aChaosProxy({ host: hostname, port: Number(port) });
  const daemon = composeDaemon(
    {
      profile: 'venue',
      dataDirectory: appliance.directory,
      site: { id: 'labs', name: 'Dugout Labs' },
      cloudUrl: line.through(siteUrl),
      mediaUrl: undefined,
      applianceUrl: appliance.url,
      logLevel: 'silent',
    },
    logger,
  );
  const dataDirectory = mkdtempSync(join(tmpdir(), 'dugout-replica-'));
  const replica = composeReplica(
    {
      http: { host: '127.0.0.1', port: 0 },
      cloudUrl: await cloud.replicaUrl(),
      mediaUrl: undefined,
      commandWaitMs,
      secretKey: 'only-in-a-test-'.repeat(3),
      publicUrl: undefined,
      dataDirectory,
      logLevel: 'silent',
    },
    logger,
    { checkReplies: true },
  );
  await daemon.lifecycle.start();
  await vi.waitUntil(
    async () => (await cloud.sql("SELECT FROM sync.site WHERE state = 'live'")).length === 1,
    {
      timeout: 60_000,
    },
  );
  await replica.lifecycle.start();

  return {
    url: `http://127.0.0.1:${replica.ports.http}`,
    site: '/sites/labs',
    cloud,
    cut: () => line.cut(),
    heal: () => line.heal(),
    async addSilentSite(id, name) {
      const hello = { name, profile: 'venue', appliance_id: id, epoch: 1, schema_version: '' };
      await withConnection(await cloud.siteUrl(id), {}, (connection) =>
        connection.query('SELECT sync.handshake($1, $2)', [id, JSON.stringify(hello)]),
      );
    },
    async stop() {
      line.heal();
      await replica.lifecycle.stop();
      await daemon.lifecycle.stop();
      await line.stop();
      await cloud.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}
