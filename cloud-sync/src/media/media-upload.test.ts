import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFakeClock, type FakeClock } from '@dugout/appliance/testing/fake-clock.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect, type PostgresConnection } from '../postgres/connection.ts';
import { type Bookkeeping, openBookkeeping } from '../shipping/bookkeeping.ts';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { aPictureVenue, type PictureVenue, pictureTables } from '../testing/picture-venue.ts';
import { startS3StandIn } from '../testing/s3-stand-in.ts';
import { type AskCloud, askOver } from './ask-cloud.ts';
import type { CloudMedia } from './cloud-media.ts';
import { createMediaUpload, type MediaUpload } from './media-upload.ts';
import { createNamedPictures } from './named-pictures-store.ts';
import { openCloudMedia } from './open-cloud-media.ts';
import { partBytes } from './postgres-depot-store.ts';
import { createSentPictures } from './sent-pictures-store.ts';
import { siteMedia } from './site-media.ts';

const site = 'stand';
const patience = 20_000;
let cloud: TestCloud;
let venue: PictureVenue;
let clock: FakeClock;
let bookkeeping: Bookkeeping;
let uploads: MediaUpload[];
let ownerSession: PostgresConnection;
let inCloud: CloudMedia;
/** Parts that went out, over all connections. */
let partsSent: number;
let beforePart: (session: PostgresConnection) => void;
let acked: number;
let free: boolean;
let complaints: string[];
let looked: string[];

const watched =
  (session: PostgresConnection): AskCloud =>
  (of, text, parameters) => {
    if (/INSERT INTO sync.media_part/u.test(text)) {
      beforePart(session);
      partsSent += 1;
    }
    return askOver(session)(of, text, parameters);
  };

beforeEach(async () => {
  cloud = await aCloud();
  venue = aPictureVenue(aTemporaryDirectory());
  clock = createFakeClock();
  bookkeeping = openBookkeeping(venue.directory, clock);
  ownerSession = await connect(cloud.ownerUrl);
  inCloud = openCloudMedia(askOver(ownerSession), undefined, clock);
  uploads = [];
  complaints = [];
  looked = [];
  partsSent = 0;
  acked = 0;
  free = true;
  beforePart = () => {};
});
afterEach(async () => {
  for (const upload of uploads) await upload.stop();
  await ownerSession.close();
  bookkeeping.close();
  venue.close();
  await cloud.stop();
});

async function start(mediaUrl?: string): Promise<MediaUpload> {
  const url = await cloud.siteUrl(site);
  const upload = createMediaUpload({
    site,
    named: createNamedPictures(pictureTables),
    venue: () => venue.file,
    traffic: { acked: () => acked, isFree: () => free },
    sent: createSentPictures(bookkeeping.connection),
    pictures: {
      read(file) {
        looked.push(file);
        return venue.store.read(file);
      },
    },
    async connect() {
      const session = await connect(url);
      return { media: openCloudMedia(watched(session), mediaUrl, clock), close: session.close };
    },
    clock,
    logger: pino({ level: 'warn' }, { write: (line) => void complaints.push(line) }),
  });
  uploads.push(upload);
  upload.start();
  return upload;
}

/** Time passes at the venue until `expected` holds. */
const eventually = (expected: () => void | Promise<void>) =>
  vi.waitFor(
    async () => {
      await clock.advance(5_000);
      await expected();
    },
    { timeout: patience, interval: 20 },
  );
const theCloudHolds = (...files: string[]) =>
  eventually(async () => expect(await inCloud.names(site, '', 100)).toEqual(files.toSorted()));

function guestWith(id: string, photo: string | null): void {
  acked = venue.write('INSERT INTO guests (id, name, photo) VALUES (?, ?, ?)', id, 'Ada', photo);
}

test('what rows name follows them: that which was there before, and that which comes', async () => {
  const [before, later, print] = [
    await venue.picture(300_000),
    await venue.picture(10),
    await venue.picture(9),
  ];
  guestWith('a', before);
  const upload = await start();
  await theCloudHolds(before);
  guestWith('b', later);
  acked = venue.write("INSERT INTO prints (guest, kind, file) VALUES ('b', 'story', ?)", print);
  upload.wake();
  await theCloudHolds(before, later, print);
  const replica = siteMedia(inCloud, site);
  expect((await replica.read(before))?.equals((await venue.store.read(before)) ?? Buffer.of())).toBe(true);
  expect(upload.figures()).toMatchObject({ media_waiting: 0, media_sent: 3, media_sent_bytes: 300_019 });
  await expect(replica.put(Buffer.of(1), 'jpg')).rejects.toThrow('at the venue');
});

test('a picture waits for its row, and goes when that is in the cloud', async () => {
  const file = await venue.picture(100);
  const upload = await start();
  const row = venue.write("INSERT INTO guests (id, name, photo) VALUES ('a', 'Ada', ?)", file);
  upload.wake();
  await eventually(() => expect(upload.figures().media_waiting).toBe(1));
  await clock.advance(120_000);
  expect(looked).toEqual([]);
  expect(await inCloud.has(site, file)).toBe(false);
  acked = row;
  upload.wake();
  await theCloudHolds(file);
});

test('cut off in the middle it goes on, also in the next process, and sends nothing twice', async () => {
  const file = await venue.picture(6 * partBytes + 5);
  guestWith('a', file);
  beforePart = (session) => {
    if (partsSent === 3) session.destroy();
  };
  const first = await start();
  await eventually(() => expect(partsSent).toBeGreaterThanOrEqual(3));
  await first.stop();
  expect(await inCloud.has(site, file)).toBe(false);
  expect(await inCloud.read(site, file)).toBe(null);

  const arrived = await ownerSession.query('SELECT part FROM sync.media_part');
  beforePart = () => {};
  partsSent = 0;
  await start();
  await theCloudHolds(file);
  expect(arrived.rowCount).toBeGreaterThanOrEqual(3);
  expect(partsSent).toBe(7 - arrived.rowCount);
  expect((await inCloud.read(site, file))?.length).toBe(6 * partBytes + 5);
});

test('while rows wait no part leaves', async () => {
  const file = await venue.picture(4 * partBytes);
  guestWith('a', file);
  beforePart = () => {
    free = partsSent !== 1;
  };
  const upload = await start();
  await eventually(() => expect(partsSent).toBe(2));
  await clock.advance(300_000);
  expect(partsSent).toBe(2);
  beforePart = () => {};
  free = true;
  upload.wake();
  await theCloudHolds(file);
  expect(partsSent).toBe(4);
});

describe('what nobody names any more is removed from the cloud', () => {
  test('when the rows that say so are there, and not before', async () => {
    const [gone, kept, nulled] = [await venue.picture(10), await venue.picture(11), await venue.picture(12)];
    guestWith('a', gone);
    guestWith('b', kept);
    guestWith('c', nulled);
    const upload = await start();
    await theCloudHolds(gone, kept, nulled);
    venue.write("DELETE FROM guests WHERE id = 'a'");
    const erased = venue.write("UPDATE guests SET photo = NULL WHERE id = 'c'");
    await clock.advance(300_000);
    expect(await inCloud.has(site, gone)).toBe(true);
    acked = erased;
    await theCloudHolds(kept);
    const { rowCount } = await ownerSession.query('SELECT FROM sync.media_part');
    expect(rowCount).toBe(1);
    expect(upload.figures().media_removed).toBe(2);
  });

  test('but not what another row names', async () => {
    const file = await venue.picture(10);
    guestWith('a', file);
    guestWith('b', file);
    await start();
    await theCloudHolds(file);
    acked = venue.write("DELETE FROM guests WHERE id = 'a'");
    await clock.advance(300_000);
    await theCloudHolds(file);
  });

  test('and is sent again when somebody names it again', async () => {
    const file = await venue.picture(10);
    guestWith('a', file);
    const upload = await start();
    await theCloudHolds(file);
    acked = venue.write("UPDATE guests SET photo = NULL WHERE id = 'a'");
    await theCloudHolds();
    acked = venue.write("UPDATE guests SET photo = ? WHERE id = 'a'", file);
    upload.wake();
    await theCloudHolds(file);
  });
});

test('what the cloud holds is what the cloud says: one that was set back gets what it lost, and loses what nobody names', async () => {
  const [lost, kept, foreign] = [await venue.picture(10), await venue.picture(11), await venue.picture(12)];
  guestWith('a', lost);
  guestWith('b', kept);
  const first = await start();
  await theCloudHolds(lost, kept);
  await setBack();
  await clock.advance(600_000);
  await theCloudHolds(lost, kept);
  await first.stop();
  await setBack();
  await start();
  await theCloudHolds(lost, kept);

  async function setBack(): Promise<void> {
    await inCloud.remove(site, lost);
    await inCloud.put(site, foreign, (await venue.store.read(foreign)) ?? Buffer.of());
  }
});

test('many rows are looked through in pages', async () => {
  const [photo, print] = [await venue.picture(10), await venue.picture(11)];
  const many = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)';
  venue.write(`INSERT INTO guests (id, name) ${many} SELECT 'guest ' || i, 'Ada' FROM n`);
  venue.write(`INSERT INTO prints (guest, kind) ${many} SELECT 'guest ' || (i / 10), i FROM n`);
  acked = venue.write("INSERT INTO prints (guest, kind, file) VALUES ('z', 'story', ?)", print);
  guestWith('z', photo);
  await start();
  await theCloudHolds(photo, print);
});

test('a damaged picture is reported and never sent, and nobody waits behind it', async () => {
  const [damaged, missing, whole] = [
    await venue.picture(10),
    await venue.picture(10),
    await venue.picture(10),
  ];
  appendFileSync(join(venue.directory, 'media', damaged), 'x');
  rmSync(join(venue.directory, 'media', missing));
  guestWith('a', damaged);
  guestWith('b', missing);
  guestWith('c', whole);
  const upload = await start();
  await eventually(() => {
    expect(upload.figures()).toMatchObject({ media_waiting: 2, media_unreadable: 2, media_sent: 1 });
  });
  await theCloudHolds(whole);
  expect(complaints.filter((line) => line.includes('damaged'))).toHaveLength(2);
});

test('parts that were damaged on their way are not taken for the picture', async () => {
  const file = await venue.picture(2 * partBytes);
  guestWith('a', file);
  const bytes = (await venue.store.read(file)) ?? Buffer.of();
  await ownerSession.query(
    'INSERT INTO sync.media_part (site_id, file, part, bytes) VALUES ($1, $2, 5, $3)',
    [site, file, Buffer.of(1)],
  );
  await expect(inCloud.put(site, file, bytes)).rejects.toThrow('did not arrive');
  await start();
  await theCloudHolds(file);
  await ownerSession.query("UPDATE sync.media_part SET bytes = '\\x00' WHERE part = 1");
  expect(await inCloud.read(site, file)).toBe(null);
  await expect(inCloud.put(site, file, Buffer.of(1))).rejects.toThrow('not the bytes');
});

test('with an S3 store pictures go there, those in Postgres stay readable, and both are removed', async () => {
  const store = await startS3StandIn();
  const [old, young] = [await venue.picture(10), await venue.picture(11)];
  guestWith('a', old);
  const upload = await start();
  await theCloudHolds(old);
  await upload.stop();
  guestWith('b', young);
  await start(store.url);
  await theCloudHolds(old, young);
  const both = openCloudMedia(askOver(ownerSession), store.url, clock);
  expect([...store.objects.keys()]).toEqual([`${site}/${young}`]);
  expect((await both.read(site, old))?.length).toBe(10);
  expect((await both.read(site, young))?.length).toBe(11);
  await expect(inCloud.read(site, young)).rejects.toThrow('DUGOUT_MEDIA_URL');
  acked = venue.write('DELETE FROM guests');
  await theCloudHolds();
  expect(store.objects.size).toBe(0);
  await store.stop();
});

test('a site does not see the pictures of another', async () => {
  const file = await venue.picture(10);
  await inCloud.put('other', file, (await venue.store.read(file)) ?? Buffer.of());
  const session = await connect(await cloud.siteUrl(site));
  const ofSite = openCloudMedia(askOver(session), undefined, clock);
  expect(await ofSite.has('other', file)).toBe(false);
  await ofSite.remove('other', file);
  await session.close();
  expect(await inCloud.has('other', file)).toBe(true);
});
