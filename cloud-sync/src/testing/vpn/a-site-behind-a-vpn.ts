import { type ChildProcess, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { midDay } from '@dugout/appliance/testing/mid-day.ts';
import { readStatus } from '../../shipping/status.ts';
import { cloudRows, cloudSite, venueRows } from '../a-venue.ts';
import { aFarCloud } from './a-far-cloud.ts';
import { aCable, aNetwork, cloudAddress, killed, type Network } from './network.ts';
import { aTunnelEnd } from './wireguard.ts';

const checkout = join(import.meta.dirname, '../../../..');
const tunnelPort = 51_820;
const inTunnel = { network: '10.98.0.0/24', cloud: '10.98.0.1', venue: '10.98.0.2' };
const site = 'north';
const password = 'in-labs-only';

type Closing = () => Promise<void> | void;

/**
 * A venue and its cloud, each in a network of its own, with a WireGuard tunnel over the cable between them. The
 * appliance and the daemon are the real processes. `end` takes all of it away, and so does the end of this process.
 * Needs what `missingForVpn` looks for.
 */
export async function aSiteBehindVpn() {
  const closings: Closing[] = [];
  const end = async () => {
    for (const close of closings.splice(0).reverse()) await close();
  };
  try {
    return { ...(await build((close) => closings.push(close))), end };
  } catch (error) {
    await end();
    throw error;
  }
}
export type SiteBehindVpn = Awaited<ReturnType<typeof aSiteBehindVpn>>;

async function build(atEnd: (close: Closing) => void) {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-vpn-'));
  atEnd(() => rmSync(directory, { recursive: true, force: true }));
  // Postgres, which is another user here, passes through; what is private is in folders that say so.
  chmodSync(directory, 0o755);
  const dataDirectory = join(directory, 'data');
  const keys = join(directory, 'tunnel');
  for (const folder of [dataDirectory, keys]) mkdirSync(folder, { mode: 0o700 });

  const here = await aNetwork();
  atEnd(here.end);
  const there = await aNetwork();
  atEnd(there.end);
  const cable = aCable(here, there);
  const name = (letter: string) => `dg${letter}${process.pid}`;
  const venueEnd = aTunnelEnd({
    ...{ network: here, directory: keys, name: name('v'), address: inTunnel.venue },
  });
  const cloudEnd = aTunnelEnd({
    ...{ network: there, directory: keys, name: name('c'), address: inTunnel.cloud },
    listenPort: tunnelPort,
  });
  const door = `${cloudAddress}:${tunnelPort}`;
  venueEnd.meet({ publicKey: cloudEnd.publicKey, address: inTunnel.cloud, endpoint: door });
  cloudEnd.meet({ publicKey: venueEnd.publicKey, address: inTunnel.venue });
  for (const tunnel of [cloudEnd, venueEnd]) {
    atEnd(tunnel.kill);
    await tunnel.start();
  }

  const cloud = await aFarCloud(there, directory, inTunnel.network);
  atEnd(cloud.stop);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'production',
    DUGOUT_PROFILE: 'venue',
    DUGOUT_DATA_DIR: dataDirectory,
    DUGOUT_SITE_ID: site,
    DUGOUT_SECRET_KEY: randomBytes(32).toString('base64'),
    DUGOUT_BOOTSTRAP_PASSWORD: password,
    DUGOUT_HTTP_HOST: '127.0.0.1',
    DUGOUT_HTTP_PORT: '8000',
    DUGOUT_MQTT_PORT: '0',
    DUGOUT_LOG_LEVEL: 'info',
    DUGOUT_CLOUD_DATABASE_URL: await cloud.siteUrl(site, inTunnel.cloud),
    ...midDay(),
  };
  const start = (command: readonly string[]) => startedUntilReady(here, command, environment);
  await start([process.execPath, join(checkout, 'appliance/src/main.ts')]);
  const startDaemon = () =>
    start(asItsUnitAllows([process.execPath, join(checkout, 'cloud-sync/src/daemon.ts')]));
  let daemon = await startDaemon();

  return {
    cable,
    venueEnd,
    cloudEnd,
    cloud,
    status: () => readStatus(dataDirectory),
    /** kill -9, and started again. */
    async restartDaemon() {
      await killed(daemon);
      daemon = await startDaemon();
    },
    /** Everything goes a longer way from now on, each direction so many milliseconds longer; answers how to end that. */
    async takeTheLongWay(lateMs: number) {
      const port = tunnelPort + 1;
      const file = join(import.meta.dirname, 'late-datagrams.ts');
      const args = [file, port, tunnelPort, lateMs].map(String);
      const way = there.start(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      if (way.stdout !== null) await once(way.stdout, 'data');
      // A word from the other end on the short way would have this end answer there again.
      cable.silence(tunnelPort);
      venueEnd.callAt(cloudEnd.publicKey, `${cloudAddress}:${port}`);
      return async () => {
        await killed(way);
        cable.letThrough();
        venueEnd.callAt(cloudEnd.publicKey, door);
      };
    },
    /** How long the cloud's port takes to answer at the venue. */
    roundTripMs: () =>
      Number(here.run(process.execPath, '-e', roundTrip, inTunnel.cloud, String(cloud.port))),
    guests: () => guestsIn(here),
    /** `npx dugout sync …` at the venue, through the tunnel. */
    sync(...args: string[]): { status: number | null; says: string } {
      const verb = ['--target', String(here.pid), '--net', '--', process.execPath];
      const command = [...verb, 'scripts/dugout.mjs', 'sync', ...args];
      const { status, stdout, stderr } = spawnSync('nsenter', command, {
        ...{ cwd: checkout, encoding: 'utf8', env: environment },
      });
      return { status, says: stdout + stderr };
    },
    /** Up to which change of the venue's the cloud is whole. */
    seqInCloud: async () => (await cloudSite(cloud, site))?.consistent_seq ?? 0,
    /** Rows that are not the same at both ends, in the words of a comparison that knows nothing of the product's. */
    async differences(): Promise<string[]> {
      const far = await cloudRows(cloud, site);
      return Object.entries(venueRows(dataDirectory)).flatMap(([table, near]) => [
        ...without(near, far[table] ?? []).map((row) => `${table} at the venue alone: ${row}`),
        ...without(far[table] ?? [], near).map((row) => `${table} in the cloud alone: ${row}`),
      ]);
    },
    /** Each game in the cloud, by id, and its state. */
    async gamesInCloud(): Promise<Map<string, string>> {
      const text = 'SELECT id, state FROM public.games WHERE site_id = $1';
      const rows = await cloud.sql<{ id: string; state: string }>(text, [site]);
      return new Map(rows.map(({ id, state }) => [id, state]));
    },
  };
}

const roundTrip = `
  const [host, port] = process.argv.slice(1);
  const began = performance.now();
  const socket = require('node:net').connect(Number(port), host, () => {
    console.log(performance.now() - began);
    socket.destroy();
  });
`;

const without = (rows: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others);
  return rows.filter((row) => !known.has(row));
};

/** The command in a mount namespace where what the daemon's unit names as read-only is that. */
function asItsUnitAllows(command: readonly string[]): string[] {
  const unit = readFileSync(join(checkout, 'systemd/dugout-cloud-sync.service'), 'utf8');
  const names = [...unit.matchAll(/^ReadOnlyPaths=-\/var\/lib\/private\/dugout\/(\S+)$/gmu)].map(
    ([, name]) => name,
  );
  if (!names.includes('dugout.db')) throw new Error('the unit does not protect the database');
  const mounts = `cd "$DUGOUT_DATA_DIR" && for name in ${names.join(' ')}; do
    if [ -e $name ]; then mount --bind $name $name && mount -o remount,bind,ro $name || exit 1; fi
  done; exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', mounts, 'sh', ...command];
}

async function startedUntilReady(
  network: Network,
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const child = network.start(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`${args.join(' ')} ended before it was ready: ${log}`)));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (!log.includes('"ready"')) log += text;
      if (log.includes('"ready"')) resolve();
    });
  });
  return child;
}

/** What `guests.ts` prints. */
interface Line {
  readonly acked?: readonly [id: string, state: string];
  readonly failed?: string;
  readonly done?: number;
}

/** Guests who play within the venue's network until they are told to stop. */
function guestsIn(network: Network) {
  const file = join(import.meta.dirname, 'guests.ts');
  const child = network.start(process.execPath, [file, 'http://127.0.0.1:8000', password], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('they have no standard output');
  const lines = createInterface({ input: child.stdout });
  const acknowledged = new Map<string, string>();
  const unanswered: string[] = [];
  let done = 0;
  let look = () => {};
  lines.on('line', (text) => {
    const line = JSON.parse(text) as Line;
    if (line.acked !== undefined) acknowledged.set(...line.acked);
    if (line.failed !== undefined) unanswered.push(line.failed);
    if (line.done !== undefined) done += 1;
    look();
  });
  return {
    /** State of each game by its id, as it was last acknowledged. */
    acknowledged,
    /** Requests to the appliance that had no good answer. */
    unanswered,
    /** Resolves when so many more have played. */
    play: (guests: number) =>
      new Promise<void>((resolve) => {
        const enough = done + guests;
        look = () => {
          if (done >= enough) resolve();
        };
      }),
    async stop() {
      const over = once(lines, 'close');
      await killed(child, 'SIGTERM');
      await over;
    },
  };
}
