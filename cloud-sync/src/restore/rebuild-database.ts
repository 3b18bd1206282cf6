import { join } from 'node:path';
import { createCapture } from '@dugout/appliance/platform/change-log/capture.ts';
import { commitMark } from '@dugout/appliance/platform/change-log/change-log-tables.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { type Migration, migrate } from '@dugout/appliance/platform/database/migrations.ts';
import { allTables } from '@dugout/appliance/tables';
import Sqlite, { type Database as Connection } from 'better-sqlite3';
import { type BothSides, differencesOfTable } from '../ranges/compare.ts';
import type { ReplicaSide, ReplicaStanding } from '../ranges/replica-side.ts';
import { openVenueSide } from '../ranges/venue-side.ts';
import { quoted, quotedList, readVenueTables, type VenueTable } from '../venue/venue-tables.ts';
import { syncToDisk } from './sync-to-disk.ts';

export interface RebuildParts {
  /** Exists and is empty of databases. */
  readonly directory: string;
  /** In its snapshot, which is that of `standing`. */
  readonly replica: ReplicaSide;
  readonly standing: ReplicaStanding;
  /** Of the release that wrote the replica, and no newer: the appliance goes on from there by itself. */
  readonly migrations: readonly Migration[];
  readonly life: { readonly epoch: number; readonly applianceId: string };
  readonly clock: Clock;
}

export interface Rebuilt {
  readonly tables: number;
  readonly rows: number;
  /** Rows whose reference leads nowhere, by table: the replica was in the middle of a catch-up. */
  readonly brokenReferences: Readonly<Record<string, number>>;
}

/** The rebuilt database is not what the replica holds, or not sound. */
export class RebuildFailed extends Error {
  override readonly name = 'RebuildFailed';
}

/**
 * Makes `dugout.db` from the replica: the schema first, then rows without triggers and references, then the log, which
 * begins at the change where the replica stands. Holds the result against the replica, table by table, by the hashes
 * of every row. Throws `RebuildFailed` when it is not the same, or not sound.
 */
export async function rebuildDatabase(parts: RebuildParts): Promise<Rebuilt> {
  const file = join(parts.directory, 'dugout.db');
  const connection = new Sqlite(file);
  let rows: number;
  let brokenReferences: Rebuilt['brokenReferences'];
  try {
    // Until it is whole nobody misses it; it is synced then, once.
    connection.pragma('auto_vacuum = INCREMENTAL');
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = OFF');
    connection.pragma('foreign_keys = OFF');
    rows = await fill(connection, parts);
    brokenReferences = check(connection);
    connection.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    connection.close();
  }
  const tables = await holdAgainstReplica(parts);
  syncToDisk(file);
  return { tables, rows, brokenReferences };
}

async function fill(connection: Connection, parts: RebuildParts): Promise<number> {
  const { replica, migrations, life, clock, standing } = parts;
  const capture = createCapture({ tables: allTables, applianceId: life.applianceId, clock });
  capture.attach(connection);
  migrate(connection, migrations, clock.now(), capture.around);
  const inOne = (work: () => void) => connection.transaction(work).immediate();
  // Nothing that is loaded is a change of this venue.
  inOne(() => capture.giveUp());
  let rows = 0;
  for (const table of readVenueTables(connection).values()) {
    // What a step of the schema puts into a new venue is in the replica as the venue has left it.
    connection.exec(`DELETE FROM ${quoted(table.name)}`);
    if (!replica.known().has(table.name)) continue;
    const insert = connection.prepare(insertion(table));
    for await (const page of replica.pages(table)) {
      inOne(() => {
        for (const row of page) insert.run(...row);
      });
      rows += page.length;
    }
  }
  inOne(() => {
    capture.resume();
    connection.exec('DELETE FROM change_log');
    connection
      .prepare('INSERT INTO change_log (seq, tbl, pk, tok) VALUES (?, ?, ?, ?)')
      .run(standing.seq, commitMark, standing.commitAt ?? clock.now(), standing.tok);
    connection
      .prepare('UPDATE change_log_life SET epoch = ?, appliance_id = ?, floor = ?')
      .run(life.epoch, life.applianceId, standing.seq);
  });
  return rows;
}

const insertion = ({ name, columns }: VenueTable): string =>
  `INSERT INTO ${quoted(name)} (${quotedList(columns.map((column) => column.name))}) VALUES (${columns.map(() => '?').join(', ')})`;

function check(connection: Connection): Rebuilt['brokenReferences'] {
  const findings = connection.pragma('integrity_check') as { integrity_check: string }[];
  const broken = findings.map((finding) => finding.integrity_check).filter((finding) => finding !== 'ok');
  if (broken.length > 0) throw new RebuildFailed(`the rebuilt database is not sound: ${broken.join('; ')}`);
  const references = connection.pragma('foreign_key_check') as { table: string }[];
  const byTable: Record<string, number> = {};
  for (const { table } of references) byTable[table] = (byTable[table] ?? 0) + 1;
  return byTable;
}

async function holdAgainstReplica({ directory, replica, standing }: RebuildParts): Promise<number> {
  const venue = openVenueSide(directory);
  try {
    venue.begin();
    venue.leaveOutSince(standing.seq);
    const sides: BothSides = { venue, replica };
    for (const table of venue.tables.values()) {
      if (!replica.known().has(table.name)) continue;
      for await (const { key, kind } of differencesOfTable(sides, table))
        throw new RebuildFailed(
          `${table.name} ${JSON.stringify(key)} is not as the replica has it (${kind})`,
        );
    }
    for (const name of replica.known().keys()) {
      if (!venue.tables.has(name) && (await replica.count(name)) > 0)
        throw new RebuildFailed(`the replica has rows in ${name}, which this release does not know`);
    }
    return venue.tables.size;
  } finally {
    venue.close();
  }
}
