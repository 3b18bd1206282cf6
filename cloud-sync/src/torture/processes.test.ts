import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@dugout/appliance/free-port';
import { midDay } from '@dugout/appliance/testing/mid-day.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { testPassword } from '@dugout/appliance/testing/test-appliance.ts';
import { expect, onTestFinished, test } from 'vitest';
import { withConnection } from '../postgres/connection.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../postgres/embedded.ts';
import { aChaosProxy, placeOf } from '../testing/chaos-proxy.ts';

const root = join(import.meta.dirname, '../../..');
const authorization = `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The programs of a venue and the Postgres of its replica, each of which can be killed and started again. */
async function aSystem() {
  const cluster = aTemporaryDirectory();
  let postgres: EmbeddedPostgres = await startEmbeddedPostgres({ directory: cluster });
  const { port, url: cloudUrl } = postgres;
  const network = await aChaosProxy(placeOf(cloudUrl));
  const http = await freePort();
  const environment = {
    PATH: process.env['PATH'] ?? '',
    DUGOUT_DATA_DIR: aTemporaryDirectory(),
    DUGOUT_HTTP_HOST: '127.0.0.1',
    DUGOUT_HTTP_PORT: String(http),
    DUGOUT_MQTT_PORT: String(await freePort()),
    DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
    DUGOUT_LOG_LEVEL: 'silent',
    ...midDay(),
  };
  const run = (file: string, cloud: string, ...argv: string[]): ChildProcess =>
    spawn(process.execPath, [join(root, file), ...argv], {
      cwd: root,
      env: { ...environment, DUGOUT_CLOUD_DATABASE_URL: cloud },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const start = {
    appliance: () => run('appliance/src/main.ts', cloudUrl),
    daemon: () => run('cloud-sync/src/daemon.ts', network.through(cloudUrl)),
  };
  const programs = { appliance: start.appliance(), daemon: start.daemon() };
  async function kill(name: keyof typeof programs): Promise<void> {
    const child = programs[name];
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  onTestFinished(async () => {
    await kill('appliance');
    await kill('daemon');
    await network.stop();
    await postgres.stop();
  }, 60_000);
  return {
    network,
    cloudUrl,
    url: `http://127.0.0.1:${http}`,
    async crash(...names: (keyof typeof programs)[]): Promise<void> {
      for (const name of names) await kill(name);
      for (const name of names) programs[name] = start[name]();
    },
    async crashPostgres(): Promise<void> {
      await postgres.kill();
      postgres = await startEmbeddedPostgres({ directory: cluster, port });
    },
    /** `dugout sync verify`, past the bad network. */
    async verify(): Promise<{ code: number; said: string }> {
      const child = run('scripts/dugout.mjs', cloudUrl, 'sync', 'verify');
      let said = '';
      child.stdout?.on('data', (piece) => {
        said += piece;
      });
      const [code] = await once(child, 'close');
      return { code, said };
    },
  };
}

/** Asks until the appliance has answered, however often it dies; what it did already is not done again. */
async function acknowledged(url: string, body: object): Promise<{ id: string }> {
  const key = crypto.randomUUID();
  for (;;) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5_000),
      });
      if (response.ok) return (await response.json()) as { id: string };
      if (response.status < 500) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    } catch (error) {
      const isAway =
        error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
      if (!isAway) throw error;
    }
    await pause(50);
  }
}

test('programs and Postgres are killed and the network fails while guests play: what was acknowledged is in the replica once', async () => {
  const system = await aSystem();
  const played = new Set<string>();
  let guests = 0;
  let isOver = false;
  const playing = (async () => {
    while (!isOver) {
      guests += 1;
      const { id } = await acknowledged(`${system.url}/games`, { player: { name: `Guest ${guests}` } });
      for (const action of ['queue', 'recall', 'confirm', 'play'])
        await acknowledged(`${system.url}/games/${id}/${action}`, {});
      await acknowledged(`${system.url}/games/${id}/complete`, {
        score: guests,
        distance: 100.5,
        homeruns: 1,
      });
      played.add(id);
    }
  })();
  const somebodyPlays = async () => {
    const before = played.size;
    while (played.size < before + 2) await Promise.race([pause(20), playing]);
  };
  const { network } = system;
  const faults: readonly (() => unknown)[] = [
    () => system.crash('daemon'),
    () => network.cutAtCommit(),
    () => system.crash('appliance'),
    () => network.freeze(),
    () => system.crashPostgres(),
    () => network.cut(),
    () => system.crash('appliance', 'daemon'),
  ];
  await somebodyPlays();
  for (const fault of faults) {
    const done = Promise.resolve(fault());
    await somebodyPlays();
    network.heal();
    await done;
  }
  isOver = true;
  await playing;

  let verified = await system.verify();
  for (let tries = 0; tries < 20 && verified.code !== 0; tries += 1) {
    await pause(500);
    verified = await system.verify();
  }
  expect(verified, verified.said).toMatchObject({ code: 0 });
  const { rows } = await withConnection(system.cloudUrl, {}, (connection) =>
    connection.query<{ id: string; name: string; state: string }>(
      "SELECT g.id, p.name, g.state FROM public.games g JOIN public.players p USING (site_id) WHERE p.id = g.player_id AND p.name LIKE 'Guest %'",
    ),
  );
  expect(new Set(rows.map(({ id }) => id))).toEqual(played);
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  expect(rows.filter(({ state }) => state !== 'completed')).toEqual([]);
  process.stdout.write(`${played.size} guests played through ${faults.length} faults\n`);
}, 240_000);
