import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { createMediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import Sqlite from 'better-sqlite3';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openCloudMedia } from '../media/open-cloud-media.ts';
import { connect, type Value, withConnection } from '../postgres/connection.ts';
import { askOver } from '../ranges/replica-side.ts';
import { verifySite } from '../ranges/site-replica.ts';
import { aCloud } from '../testing/a-cloud.ts';
import { addPlayers, aShippedVenue, playerId, type ShippedVenue, steps } from '../testing/shipped-venue.ts';
import { RestoreRefused, type RestoreStep, restoreFromCloud } from './restore.ts';

const site = 'north';
vi.setConfig({ testTimeout: 120_000 });
let cloud: Awaited<ReturnType<typeof aCloud>>;
let siteUrl: string;
beforeAll(async () => {
  cloud = await aCloud();
  siteUrl = await cloud.siteUrl(site);
}, 120_000);
afterAll(() => cloud.stop());

let old: ShippedVenue;
let directory: string;
beforeEach(async () => {
  for (const { name } of await cloud.sql<{ name: string }>('SELECT name FROM sync.replica_table'))
    await cloud.sql(`DELETE FROM public.${name}`);
  await cloud.sql('DELETE FROM sync.site; DELETE FROM sync.media; DELETE FROM sync.media_part');
  old = aShippedVenue(aTemporaryDirectory(), siteUrl, site);
  directory = join(aTemporaryDirectory(), 'data');
});

const access = { configured: true, connect: (name: string) => connect(siteUrl, { name }) };
const restore = (onStep: (step: RestoreStep) => void = () => {}, migrations = steps()) =>
  restoreFromCloud({
    site,
    dataDirectory: directory,
    cloud: access,
    mediaUrl: undefined,
    migrations,
    clock: systemClock,
    onStep,
  });
const verified = (dataDirectory: string) =>
  verifySite(
    { site, dataDirectory, cloud: access, clock: systemClock, logger: pino({ level: 'silent' }) },
    { waitMs: 0, limit: 10 },
  );
const rowsIn = (dataDirectory: string, table: string) => {
  const database = new Sqlite(join(dataDirectory, 'dugout.db'), { readonly: true });
  try {
    return database.prepare(`SELECT * FROM ${table} ORDER BY 1`).safeIntegers().raw().all();
  } finally {
    database.close();
  }
};
const batches = () => cloud.sql<{ seq: number; epoch: number }>('SELECT seq, epoch FROM sync.site');

function hostileRows(): void {
  const texts = [
    '',
    "'; DROP TABLE players --",
    '🏟️\u{10ffff}',
    'e\u{301}',
    '\u{fffd}',
    'null',
    '\\x41',
    'a\tb\nc',
    '"',
    ' ',
  ];
  for (const [at, text] of texts.entries()) {
    old.run(
      "INSERT INTO players (id, name, phone, birth_year, language, created_at) VALUES (?, ?, ?, ?, 'en', ?)",
      `hostile-${at}-${text}`,
      `name ${text}`,
      null,
      null,
      at % 2 === 0 ? 2n ** 62n : -(2n ** 62n),
    );
    old.run(
      'INSERT INTO device_presence (device, presence, at, clock_measured_ms) VALUES (?, ?, 1, ?)',
      `device ${text}`,
      'online',
      [0.1 + 0.2, -1e-300, 5e-324, 3][at % 4],
    );
  }
}

test('rows that the replica could not hold are counted: a rebuilt venue does without them', async () => {
  addPlayers(old, 0, 3);
  await old.ship();
  await cloud.sql(
    `INSERT INTO sync.quarantine (site_id, table_name, key, error, at) VALUES ($1, 'players', '["p"]', 'no text', 1),
     ('another', 'players', '["p"]', 'no text', 1)`,
    [site],
  );
  try {
    expect((await restore()).quarantined).toBe(1);
  } finally {
    await cloud.sql('DELETE FROM sync.quarantine');
  }
});

test('a data directory is rebuilt, equal to the last bit, and goes on shipping from where the old one was', async () => {
  addPlayers(old, 0, 6_000);
  hostileRows();
  await old.ship();
  old.run("UPDATE players SET name = 'Renamed' WHERE id = ?", playerId(3));
  await old.ship();
  const [before] = await batches();

  const restored = await restore();
  expect(readdirSync(directory).sort()).toEqual([
    'dugout.db',
    'instance.lock',
    'keys',
    'sync.db',
    'sync.lock',
  ]);
  expect(restored).toMatchObject({ epoch: 2, seq: before?.seq, whole: true, brokenReferences: {} });
  for (const table of ['players', 'device_presence', 'jobs', 'site'])
    expect(rowsIn(directory, table)).toEqual(rowsIn(old.directory, table));
  expect(rowsIn(directory, 'change_log')).toHaveLength(1);

  const revived = aShippedVenue(directory, siteUrl, site);
  expect(await verified(directory)).toMatchObject({ result: 'equal' });
  revived.run("UPDATE players SET name = 'Again' WHERE id = ?", playerId(4));
  expect(await revived.ship()).toBe(1);
  expect(await verified(directory)).toMatchObject({ result: 'equal' });
  const [after] = await batches();
  expect(after?.epoch).toBe(2);
  expect(after?.seq).toBeGreaterThan(before?.seq ?? 0);
});

test('the old appliance is fenced from the moment that a new one is being built', async () => {
  addPlayers(old, 0, 10);
  await old.ship();
  await restore(async (step) => {
    if (step !== 'rows') return;
    addPlayers(old, 10, 1);
    await expect(old.ship()).rejects.toMatchObject({ kind: 'fenced' });
  });
  await expect(old.ship()).rejects.toMatchObject({ kind: 'fenced' });
  expect((await verified(old.directory)).reason).toContain('replaced');
});

test.each(['new life', 'rows', 'pictures', 'bookkeeping in place', 'database in place'] as const)(
  'broken off before “%s” it is done again',
  async (point) => {
    addPlayers(old, 0, 50);
    await old.ship();
    await expect(
      restore((step) => {
        if (step === point) throw new Error('the power is gone');
      }),
    ).rejects.toThrow('the power is gone');
    expect(existsSync(join(directory, 'dugout.db'))).toBe(false);
    await restore();
    expect(rowsIn(directory, 'players')).toEqual(rowsIn(old.directory, 'players'));
    expect(await verified(directory)).toMatchObject({ result: 'equal' });
  },
);

test('a directory with a database is left alone, and so is a replica that this release does not understand', async () => {
  addPlayers(old, 0, 5);
  await old.ship();
  await expect(restore(undefined, steps().slice(0, -1))).rejects.toThrow(RestoreRefused);
  expect((await batches())[0]?.epoch).toBe(1);
  await restore();
  const before = readFileSync(join(directory, 'dugout.db'));
  await expect(restore()).rejects.toThrow(/holds a database/u);
  expect(readFileSync(join(directory, 'dugout.db')).equals(before)).toBe(true);
  expect((await batches())[0]?.epoch).toBe(2);
});

test('what has never shipped cannot be restored, and nobody is fenced by asking', async () => {
  await expect(restore()).rejects.toThrow(/nothing of site north/u);
});

test('pictures come back by their hash; one that never arrived is counted', async () => {
  const pictures = createMediaStore(join(old.directory, 'media'), systemClock);
  const { file } = await pictures.put(Buffer.from('a picture of somebody'), 'jpg');
  const lost = await pictures.put(Buffer.from('a picture that stayed at the venue'), 'jpg');
  addPlayers(old, 0, 2);
  old.run('UPDATE players SET photo = ? WHERE id = ?', file, playerId(0));
  old.run('UPDATE players SET photo = ? WHERE id = ?', lost.file, playerId(1));
  await old.ship();
  await withConnection(siteUrl, {}, (connection) => {
    const ask = askOver(connection);
    const media = openCloudMedia(
      (of, text, parameters = []) => ask(text, [of, ...(parameters as Value[])]),
      undefined,
      systemClock,
    );
    return media.put(site, file, Buffer.from('a picture of somebody'));
  });
  expect((await verified(old.directory)).pictures).toEqual({ named: 2, missing: 1 });
  expect((await restore()).pictures).toEqual({ there: 1, missing: 1 });
  const restored = createMediaStore(join(directory, 'media'), systemClock);
  expect((await restored.read(file))?.toString()).toBe('a picture of somebody');
});

test('rows whose references lead nowhere, since the old appliance died in the middle of a catch-up, are told', async () => {
  addPlayers(old, 0, 3);
  await old.ship();
  await cloud.sql(
    `INSERT INTO consents (site_id, id, player_id, kind, granted, text_version, recorded_by, at)
     VALUES ($1, 'c', 'a player that was not sent yet', 'sms', 1, 'v', 'somebody', 1)`,
    [site],
  );
  await cloud.sql('UPDATE sync.site SET consistent_seq = seq - 1');
  expect(await restore()).toMatchObject({ whole: false, brokenReferences: { consents: 1 } });
});
