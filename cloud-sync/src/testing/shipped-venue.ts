import { join } from 'node:path';
import { applianceIdIn } from '@dugout/appliance/platform/change-log/appliance-id.ts';
import { createCapture } from '@dugout/appliance/platform/change-log/capture.ts';
import { systemClock } from '@dugout/appliance/platform/clock.ts';
import { migrate, readMigrations } from '@dugout/appliance/platform/database/migrations.ts';
import { allTables } from '@dugout/appliance/tables';
import Sqlite from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { withConnection } from '../postgres/connection.ts';
import type { Batch, StoredValue, TableRows } from '../shipping/batch.ts';
import { openBookkeeping } from '../shipping/bookkeeping.ts';
import { createChangeReader, fullBatch } from '../shipping/change-reader.ts';
import { createCloudLink } from '../shipping/cloud-link.ts';
import { noFailpoints } from '../shipping/failpoints.ts';
import { fitted } from '../shipping/parcel.ts';
import { smallest } from '../venue/row-reader.ts';
import { openVenueFile, type VenueFile, type VenueView } from '../venue/venue-file.ts';
import { quoted, quotedList } from '../venue/venue-tables.ts';

const migrations = new URL('../../../appliance/migrations', import.meta.url).pathname;
export const steps = () => readMigrations(migrations);

/**
 * A venue's database that a test writes by hand, with a log as the appliance keeps it, and a shipper without a loop:
 * what was committed is in the cloud when `ship` resolves. Gone with the test.
 */
export function aShippedVenue(directory: string, siteUrl: string, site: string) {
  const connection = new Sqlite(join(directory, 'dugout.db'));
  connection.pragma('journal_mode = WAL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('recursive_triggers = ON');
  const capture = createCapture({
    tables: allTables,
    applianceId: applianceIdIn(directory),
    clock: systemClock,
  });
  capture.attach(connection);
  migrate(connection, steps(), systemClock.now(), capture.around);
  const bookkeeping = openBookkeeping(directory, systemClock);
  const close = () => {
    connection.close();
    bookkeeping.close();
  };
  onTestFinished(close);

  const commit = (work: () => void): void => {
    connection
      .transaction(() => {
        work();
        capture.mark();
      })
      .immediate();
  };
  commit(() => capture.settle());

  /** Answers how many rows went. */
  async function ship(): Promise<number> {
    const venue = openVenueFile(directory);
    if (venue === null) throw new Error('there is no venue');
    try {
      return await withConnection(siteUrl, {}, (cloud) =>
        shipAll(venue, createCloudLink(cloud, site, noFailpoints)),
      );
    } finally {
      venue.close();
    }
  }

  async function shipAll(venue: VenueFile, link: ReturnType<typeof createCloudLink>): Promise<number> {
    let sent = 0;
    const { life } = venue.snapshot((view) => view);
    const { standing, tables } = await link.handshake({
      name: site,
      profile: 'labs',
      applianceId: life.applianceId,
      epoch: life.epoch,
      schemaVersion: steps().at(-1)?.name ?? '',
    });
    let at = { seq: standing.seq, tok: standing.tok };
    const send = async (batch: Omit<Batch, 'epoch' | 'from'>): Promise<void> => {
      bookkeeping.sending(batch.to, life.epoch);
      await link.ship({
        batch: fitted({ epoch: life.epoch, from: at, ...batch }, tables),
        quarantined: [],
        mended: [],
      });
      at = batch.to;
      sent += batch.tables.reduce((sum, { upserts, deletes }) => sum + upserts.length + deletes.length, 0);
      bookkeeping.acknowledged(at, life.epoch);
    };

    if (at.seq < life.floor || at.seq === 0) {
      const [head, tables] = venue.snapshot((view) => [view.head, everything(view)] as const);
      await send({
        to: head,
        tables,
        ranges: [],
        complete: true,
        commitAt: null,
        pending: 0,
        state: 'live',
        cursor: null,
      });
    }
    const reader = createChangeReader();
    for (let complete = false; !complete; ) {
      const changes = venue.snapshot((view) => reader.read(view, at, fullBatch));
      complete = changes.complete;
      const { to, tables: rows, commitAt, pending } = changes;
      await send({ to, tables: rows, ranges: [], complete, commitAt, pending, state: 'live', cursor: null });
    }
    return sent;
  }

  return {
    directory,
    connection,
    /** One transaction of the venue. */
    commit,
    run: (sql: string, ...params: unknown[]): void => commit(() => connection.prepare(sql).run(...params)),
    ship,
    close,
  };
}
const everything = (view: VenueView): TableRows[] =>
  [...view.tables.values()].map((table) => {
    const columns = table.columns.map(({ name }) => name);
    const rows = view
      .rows(`SELECT ${quotedList(columns)} FROM ${quoted(table.name)}`, 'exact')
      .all() as StoredValue[][];
    return {
      table: table.name,
      key: table.key,
      columns,
      upserts: rows.map((row) => row.map(smallest)),
      deletes: [],
    };
  });
export type ShippedVenue = ReturnType<typeof aShippedVenue>;

/** Rows for `players`, numbered. */
export const addPlayers = ({ connection, commit }: ShippedVenue, from: number, count: number): void =>
  commit(() => {
    const insert = connection.prepare(
      "INSERT INTO players (id, name, birth_year, language, created_at) VALUES (?, ?, 1990, 'en', ?)",
    );
    for (let number = from; number < from + count; number += 1)
      insert.run(playerId(number), `Player ${number}`, number);
  });
export const playerId = (number: number): string => `player-${String(number).padStart(7, '0')}`;
