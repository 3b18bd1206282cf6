import { join } from 'node:path';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { aGuest, aVenue } from '../testing/a-venue.ts';
import { aPictureVenue } from '../testing/picture-venue.ts';
import { openVenueFile, type VenueFile } from '../venue/venue-file.ts';
import type { LogPosition } from './batch.ts';
import { createChangeReader, fullBatch } from './change-reader.ts';

function opened(directory: string): VenueFile {
  const file = openVenueFile(directory);
  if (file === null) throw new Error('there is no venue');
  onTestFinished(() => file.close());
  return file;
}
function venueOfTest() {
  const venue = aVenue(aTemporaryDirectory());
  onTestFinished(() => venue.close());
  const file = opened(venue.directory);
  return { venue, file, from: file.snapshot(({ head }) => head) };
}

test('a key is read once, as its row is now; a row that is gone is a deletion', async () => {
  const { venue, file, from } = venueOfTest();
  await venue.write(aGuest('a'), aGuest('b'));
  await venue.write(
    ["UPDATE players SET name = 'Eve' WHERE id = 'a'"],
    ["DELETE FROM players WHERE id = 'b'"],
  );
  const changes = file.snapshot((view) => createChangeReader().read(view, from, fullBatch));
  const [players] = changes.tables;
  expect(changes).toMatchObject({ complete: true, pending: 0 });
  expect(changes.to.seq).toBe(venue.head());
  expect(changes.tables).toHaveLength(1);
  expect(players).toMatchObject({ table: 'players', key: ['id'], deletes: [['b']] });
  expect(players?.upserts.map((row) => row.slice(0, 2))).toEqual([['a', 'Eve']]);
  expect(Math.abs((changes.commitAt ?? 0) - Date.now())).toBeLessThan(60_000);
});

test('a view is of one moment, whatever is written meanwhile', async () => {
  const { venue, file, from } = venueOfTest();
  await venue.write(aGuest('a'));
  const other = new Sqlite(join(venue.directory, 'dugout.db'));
  onTestFinished(() => {
    other.close();
  });
  file.snapshot((view) => {
    other.exec("UPDATE players SET name = 'too late' WHERE id = 'a'");
    const changes = createChangeReader().read(view, from, fullBatch);
    expect(changes.tables[0]?.upserts[0]?.[1]).toBe('Ann');
  });
});

test('a key of several columns', () => {
  const venue = aPictureVenue(aTemporaryDirectory());
  onTestFinished(() => venue.close());
  const from = venue.file.snapshot(({ head }) => head);
  venue.write(
    'INSERT INTO prints (guest, kind, file) VALUES (?, ?, NULL), (?, ?, NULL)',
    'g"1',
    'a,b',
    'g2',
    'c',
  );
  venue.write("DELETE FROM prints WHERE guest = 'g2'");
  const changes = venue.file.snapshot((view) => createChangeReader().read(view, from, fullBatch));
  expect(changes.tables).toEqual([
    {
      table: 'prints',
      key: ['guest', 'kind'],
      columns: ['guest', 'kind', 'file'],
      upserts: [['g"1', 'a,b', null]],
      deletes: [['g2', 'c']],
    },
  ]);
});

test('a long catch-up goes in parts by the last change, whatever is folded meanwhile', async () => {
  const { venue, file, from } = venueOfTest();
  await venue.guests('g', 12_000);
  await venue.write(["UPDATE players SET name = 'Eve'"]);
  const end = venue.head();
  const reader = createChangeReader();
  const seen = new Set<unknown>();
  let position: LogPosition = from;
  for (let part = 0; ; part += 1) {
    const changes = file.snapshot((view) => reader.read(view, position, { keys: 5_000, bytes: 1e9 }));
    for (const { upserts } of changes.tables)
      for (const [id, name] of upserts) if (name === 'Eve') seen.add(id);
    expect(changes.to.seq).toBeGreaterThan(position.seq);
    position = changes.to;
    if (changes.complete) break;
    expect(changes.pending).toBeGreaterThan(0);
    if (part > 0) continue;
    // The appliance changes rows of a later part, and folds: the entries that the plan was made of are gone.
    await venue.write(["UPDATE players SET phone = '1' WHERE name = 'Eve'"]);
    const folding = new Sqlite(join(venue.directory, 'dugout.db'));
    folding.exec(`DELETE FROM change_log WHERE seq > ${position.seq} AND seq <= ${end}`);
    folding.close();
  }
  expect(seen.size).toBe(12_000);
  expect(position.seq).toBe(venue.head());
});

test('a batch ends before it is too large, and has one row at least', async () => {
  const { venue, file, from } = venueOfTest();
  await venue.guests('g', 20, 'x'.repeat(50));
  const reader = createChangeReader();
  const read = (bytes: number) => file.snapshot((view) => reader.read(view, from, { keys: 100, bytes }));
  expect(read(1).tables[0]?.upserts).toHaveLength(1);
  expect(read(500).tables[0]?.upserts.length).toBeLessThan(10);
  expect(read(500)).toMatchObject({ complete: false });
});
