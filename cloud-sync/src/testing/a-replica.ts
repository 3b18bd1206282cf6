import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import {
  type Answer,
  aTestAppliance,
  type Call,
  type TestAppliance,
  testPassword,
} from '@dugout/appliance/testing/test-appliance.ts';
import { pino } from 'pino';
import { composeReplica, type Outside } from '../compose-replica.ts';
import type { ReplicaConfig } from '../replica/replica-config.ts';
import type { TestCloud } from './a-cloud.ts';
import { aDaemon, cloudSite, until } from './a-venue.ts';

export const publicUrl = 'https://play.example.com';

const logger = pino({ level: process.env['DUGOUT_TEST_LOG'] ?? 'silent' });

/** A call of the replica: beside the users of every venue, a bearer token. */
export interface ReplicaCall extends Call {
  readonly token?: string;
}

/** The real replica on a free port; answers are held against their schemas. */
export async function aReplica(
  cloud: Pick<TestCloud, 'replicaUrl'>,
  { config = {}, ...outside }: Outside & { config?: Partial<ReplicaConfig> } = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-replica-'));
  const replica = composeReplica(
    {
      http: { host: '127.0.0.1', port: 0 },
      cloudUrl: config.cloudUrl ?? (await cloud.replicaUrl()),
      mediaUrl: undefined,
      commandWaitMs: 10_000,
      secretKey: 'a secret of the replica',
      publicUrl,
      dataDirectory: directory,
      logLevel: 'silent',
      ...config,
    },
    logger,
    { checkReplies: true, ...outside },
  );
  await replica.lifecycle.start();
  const url = `http://127.0.0.1:${replica.ports.http}`;

  async function call(
    method: string,
    path: string,
    { as, token, body, headers = {} }: ReplicaCall = {},
  ): Promise<Answer> {
    const user = typeof as === 'string' ? { username: as, password: testPassword } : as;
    const basic = user && Buffer.from(`${user.username}:${user.password}`).toString('base64');
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(basic === undefined ? {} : { authorization: `Basic ${basic}` }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
      redirect: 'manual',
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = /json/u.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      body: isJson ? JSON.parse(bytes.toString()) : bytes,
      headers: response.headers,
    };
  }

  return {
    ...replica,
    url,
    async stop(): Promise<void> {
      await replica.lifecycle.stop();
      rmSync(directory, { recursive: true, force: true });
    },
    get: (path: string, options?: ReplicaCall) => call('GET', path, options),
    post: (path: string, options?: ReplicaCall) => call('POST', path, options),
    put: (path: string, options?: ReplicaCall) => call('PUT', path, options),
    patch: (path: string, options?: ReplicaCall) => call('PATCH', path, options),
    delete: (path: string, options?: ReplicaCall) => call('DELETE', path, options),
    async tokenOf(username: string, password = testPassword, prefix = ''): Promise<string> {
      const answer = await call('POST', `${prefix}/login`, { body: { username, password } });
      if (answer.status !== 200) throw new Error(`${username} could not sign in: ${answer.status}`);
      return answer.body.token;
    },
  };
}
export type TestReplica = Awaited<ReturnType<typeof aReplica>>;

/** A real appliance and the real daemon beside it. */
export async function aReplicatedVenue(
  cloud: TestCloud,
  {
    site = 'labs',
    environment = {},
    clock,
  }: { site?: string; environment?: Record<string, string>; clock?: Clock } = {},
) {
  const venue = await aTestAppliance({
    environment: { DUGOUT_SITE_ID: site, DUGOUT_PUBLIC_URL: publicUrl, ...environment },
    ...(clock === undefined ? {} : { clock }),
  });
  const cloudUrl = await cloud.siteUrl(site);
  const link = () => aDaemon(venue.directory, cloudUrl, { site, applianceUrl: venue.url });
  let daemon: ReturnType<typeof link> | undefined;

  async function connect(): Promise<void> {
    daemon = link();
    await daemon.lifecycle.start();
  }
  async function disconnect(): Promise<void> {
    await daemon?.lifecycle.stop();
    daemon = undefined;
  }
  await connect();
  return {
    ...venue,
    connect,
    /** The venue goes on alone. */
    disconnect,
    /** The cloud has all that the venue had when this was called. */
    async caughtUp(): Promise<void> {
      const head = headOf(venue);
      await until(async () => ((await cloudSite(cloud, site))?.consistent_seq ?? 0) >= head, 'the catch-up');
    },
    async stop(): Promise<void> {
      await disconnect();
      await venue.stop();
    },
  };
}

const headOf = (venue: TestAppliance): number => {
  const query = { compiled: () => ({ text: 'SELECT max(seq) AS seq FROM change_log', bind: () => [] }) };
  return (venue.database.now.get(query, {}) as { seq: number }).seq;
};
