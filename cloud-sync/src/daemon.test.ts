import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { LinkReport } from '@dugout/appliance/contract/replication.ts';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { expect, onTestFinished, test } from 'vitest';
import { readStatus } from './shipping/status.ts';
import { anEmptyDatabase } from './testing/a-cloud.ts';
import { aSyncForEachTest } from './testing/a-sync.ts';
import { aDaemon, aVenue, until } from './testing/a-venue.ts';

const sync = aSyncForEachTest();

/** The appliance's side of the report, and nothing else of it. */
async function anAppliance(directory: string) {
  const heard: LinkReport[] = [];
  const tokens = new Set<string | undefined>();
  const place = { up: true };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    tokens.add(request.headers.authorization);
    if (place.up) heard.push(LinkReport.parse(JSON.parse(text)));
    response.writeHead(place.up ? 204 : 503).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  mkdirSync(join(directory, 'keys'), { recursive: true });
  writeFileSync(join(directory, 'keys/service-token'), 'secret\n');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { heard, tokens, place, applianceUrl: `http://127.0.0.1:${port}` };
}

test('the appliance hears how the link stands, and of an outage until it has heard', async () => {
  const appliance = await anAppliance(sync.venue.directory);
  let passed = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + passed };
  const daemon = await sync.daemon({ clock, applianceUrl: appliance.applianceUrl });
  await until(() => appliance.heard.at(-1)?.status.state === 'live', 'the report');
  expect(appliance.tokens).toEqual(new Set(['Bearer secret']));

  appliance.place.up = false;
  sync.proxy.cut();
  await until(() => daemon.bookkeeping.standing().state === 'offline');
  await sync.venue.guests('g', 3);
  passed = 60_000;
  sync.proxy.heal();
  await sync.caughtUp();
  await until(() => daemon.bookkeeping.outageToTell() !== null);
  appliance.place.up = true;
  await until(() => appliance.heard.some(({ outage }) => outage !== null), 'the outage');
  const told = appliance.heard.find(({ outage }) => outage !== null)?.outage;
  expect(told).toMatchObject({ changes: 3, rows: 3 });
  await until(() => daemon.bookkeeping.outageToTell() === null);
});

test('without a cloud and without a venue it waits, and tells so', async () => {
  const directory = aTemporaryDirectory();
  const daemon = aDaemon(directory, undefined);
  onTestFinished(async () => {
    await daemon.lifecycle.stop();
  });
  await daemon.lifecycle.start();
  await until(() => /appliance has not started/u.test(daemon.bookkeeping.standing().detail ?? ''));
  const venue = aVenue(directory);
  onTestFinished(() => venue.close());
  await until(() => daemon.bookkeeping.standing().detail === 'no cloud is configured');
  expect(readStatus(directory)).toMatchObject({
    state: 'offline',
    detail: 'no cloud is configured',
    epoch: 1,
  });
});

test('in labs it makes the schema and its own login, and another when that is refused', async () => {
  const { ownerUrl, drop } = await anEmptyDatabase();
  const start = async () => {
    const daemon = aDaemon(sync.venue.directory, ownerUrl, { profile: 'labs', site: 'labs' });
    await daemon.lifecycle.start();
    await until(() => daemon.bookkeeping.standing().state === 'live', 'the link');
    await daemon.lifecycle.stop();
  };
  try {
    await start();
    writeFileSync(
      join(sync.venue.directory, 'keys/cloud-url'),
      ownerUrl.replace(/\/\/[^@]*@/u, '//nobody:x@'),
    );
    await start();
  } finally {
    await drop();
  }
});

test('the status says who is not there', async () => {
  expect(readStatus(aTemporaryDirectory())).toMatchObject({
    state: 'offline',
    detail: 'the daemon is not running',
    seq: 0,
    last_contact_at: null,
  });
  const daemon = await sync.daemon();
  await sync.venue.guests('g', 4);
  await sync.caughtUp();
  await until(() => readStatus(sync.venue.directory).pending_changes === 0);
  expect(readStatus(sync.venue.directory)).toMatchObject({
    state: 'live',
    seq: sync.venue.head(),
    acked_seq: sync.venue.head(),
    lag_ms: 0,
  });
  await sync.stop(daemon);
  await sync.venue.guests('h', 4);
  const status = readStatus(sync.venue.directory);
  expect(status).toMatchObject({ state: 'offline', pending_changes: 4 });
  expect(status.lag_ms).toBeGreaterThanOrEqual(0);
  const tomorrow = { now: () => systemClock.now() + 86_400_000 };
  expect(readStatus(sync.venue.directory, tomorrow).detail).toBe('the daemon is not running');
});

test('there is one of it on a data directory', async () => {
  await sync.daemon();
  expect(() => aDaemon(sync.venue.directory, undefined)).toThrow(/another sync daemon/u);
});

const program = join(import.meta.dirname, 'daemon.ts');
const environment = { PATH: process.env['PATH'] ?? '' };

test('the process stops in order at SIGTERM', async () => {
  const child = spawn(process.execPath, [program], {
    env: {
      ...environment,
      DUGOUT_PROFILE: 'venue',
      DUGOUT_DATA_DIR: sync.venue.directory,
      DUGOUT_SITE_ID: sync.site,
      DUGOUT_CLOUD_DATABASE_URL: sync.proxy.through(await sync.cloud.siteUrl(sync.site)),
    },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await sync.caughtUp();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(readStatus(sync.venue.directory).state).toBe('offline');
});

test('bad configuration is refused with what is wrong', async () => {
  const child = spawn(process.execPath, [program], {
    env: { ...environment, DUGOUT_PROFILE: 'cloud', DUGOUT_DATA_DIR: aTemporaryDirectory() },
  });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(78);
  expect(said).toMatch(/DUGOUT_PROFILE: must be labs or venue/u);
});
