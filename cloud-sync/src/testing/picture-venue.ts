import { hash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCapture } from '@dugout/appliance/platform/change-log/capture.ts';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { defineTable, media, nullable, text } from '@dugout/appliance/platform/database/table.ts';
import { createMediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import Sqlite from 'better-sqlite3';
import { openVenueFile } from '../venue/venue-file.ts';

/** Two tables whose rows name pictures, one of them by a key of two columns. */
export const pictureTables = [
  defineTable('guests', {
    replication: 'replicated',
    key: ['id'],
    columns: { id: text('identifier'), name: text('personal'), photo: nullable(media('personal')) },
  }),
  defineTable('prints', {
    replication: 'replicated',
    key: ['guest', 'kind'],
    columns: { guest: text('identifier'), kind: text('none'), file: nullable(media('personal')) },
  }),
] as const;

const schema = `
  CREATE TABLE guests (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, photo TEXT) STRICT;
  CREATE TABLE prints (guest TEXT NOT NULL, kind TEXT NOT NULL, file TEXT, PRIMARY KEY (guest, kind)) STRICT;
`;
const changeLogStep = '../../../appliance/migrations/0016-changes-are-logged-for-the-replica.sql';

/** The data directory of a venue that has pictures and little else, with the real log of changes. */
export function aPictureVenue(directory: string) {
  const connection = new Sqlite(join(directory, 'dugout.db'));
  connection.pragma('journal_mode = WAL');
  connection.exec(readFileSync(join(import.meta.dirname, changeLogStep), 'utf8'));
  connection.exec(schema);
  const capture = createCapture({ tables: pictureTables, applianceId: 'a-machine', clock: systemClock });
  capture.attach(connection);
  connection.transaction(() => capture.settle())();
  const store = createMediaStore(join(directory, 'media'), systemClock);
  const file = openVenueFile(directory);
  if (file === null) throw new Error('the venue has no log of changes');

  return {
    directory,
    store,
    file,
    /** One commit. Answers the number of its last change. */
    write(sql: string, ...values: unknown[]): number {
      connection.transaction(() => {
        connection.prepare(sql).run(...values);
        capture.mark();
      })();
      return file.snapshot(({ head }) => head.seq);
    },
    /** A file of random bytes in the media store; its name. */
    picture: async (size: number) => (await store.put(randomBytes(size), 'jpg')).file,
    /** A new life of the database, as after a restore. */
    nextEpoch: () => connection.exec('UPDATE change_log_life SET epoch = epoch + 1'),
    close() {
      file.close();
      connection.close();
    },
  };
}
export type PictureVenue = ReturnType<typeof aPictureVenue>;

/** Bytes and the name that they have in a media store. */
export function aPicture(size: number): { readonly bytes: Buffer; readonly file: string } {
  const bytes = randomBytes(size);
  const digest = hash('sha256', bytes);
  return { bytes, file: `${digest.slice(0, 2)}/${digest}.jpg` };
}
