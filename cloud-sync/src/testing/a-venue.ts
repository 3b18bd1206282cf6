import { join } from 'node:path';
import { applianceIdIn } from '@dugout/appliance/platform/change-log/appliance-id.ts';
import { createCapture } from '@dugout/appliance/platform/change-log/capture.ts';
import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import { openDatabase } from '@dugout/appliance/platform/database/database.ts';
import { readMigrations } from '@dugout/appliance/platform/database/migrations.ts';
import type { Query } from '@dugout/appliance/platform/database/query.ts';
import type { Table } from '@dugout/appliance/platform/database/table.ts';
import { allTables } from '@dugout/appliance/tables';
import Sqlite from 'better-sqlite3';
import { pino } from 'pino';
import { composeDaemon, type DaemonOutside } from '../compose-daemon.ts';
import type { DaemonConfig } from '../config.ts';
import type { TestCloud } from './a-cloud.ts';

const migrations = readMigrations(join(import.meta.dirname, '../../../appliance/migrations'));

/** A statement and its values. */
export type Statement = readonly [sql: string, ...values: unknown[]];

/** The data directory of a venue, written as the appliance writes it: its schema, its triggers, its groups of writes. */
export function aVenue(
  directory: string,
  { clock = systemClock, tables = allTables }: { clock?: Clock; tables?: readonly Table[] } = {},
) {
  const open = () =>
    openDatabase({
      directory,
      migrations,
      clock,
      capture: createCapture({ tables, applianceId: applianceIdIn(directory), clock }),
    });
  let database = open();

  /** One transaction. */
  const write = (...statements: readonly Statement[]): Promise<void> =>
    database.write((transaction) => {
      for (const [sql, ...values] of statements) transaction.run(asQuery(sql), values);
    });

  return {
    directory,
    write,
    /** Adds guests `prefix0`, `prefix1`, … in one transaction. */
    guests: (prefix: string, count: number, name = 'Ann') =>
      write(...Array.from({ length: count }, (_, index) => aGuest(`${prefix}${index}`, name))),
    /** All that the log has, and where it ends. */
    head: (): number =>
      database.now.get(asQuery<{ seq: number }>('SELECT max(seq) AS seq FROM change_log'), [])?.seq ?? 0,
    read: <Row>(sql: string, ...values: unknown[]): Row[] => database.now.all(asQuery<Row>(sql), values),
    checkpoint: () => database.checkpoint(),
    close: () => database.close(),
    /** Opens it again, as after a restart of the appliance. */
    open() {
      database = open();
    },
  };
}
export type TestVenue = ReturnType<typeof aVenue>;

const asQuery = <Row>(text: string): Query<unknown[], Row> => ({
  compiled: () => ({ text, bind: (values) => values }),
});

export const aGuest = (id: string, name = 'Ann'): Statement => [
  "INSERT INTO players (id, name, language, created_at) VALUES (?, ?, 'en', 1)",
  id,
  name,
];

/** Times short enough for a test, and long enough for a busy machine. */
const briefPatience = { heartbeatMs: 250, holdMs: 100, fencedMs: 200, busyPollMs: 3, idlePollMs: 5 };

/** The real daemon on a venue's directory; it is not started yet. */
export function aDaemon(
  directory: string,
  cloudUrl: string | undefined,
  outside: DaemonOutside & { site?: string; profile?: DaemonConfig['profile']; applianceUrl?: string } = {},
) {
  const { site = 'north', profile = 'venue', applianceUrl = 'http://127.0.0.1:9', ...rest } = outside;
  return composeDaemon(
    {
      profile,
      dataDirectory: directory,
      site: { id: site, name: 'North Stand' },
      cloudUrl,
      mediaUrl: undefined,
      timezone: 'UTC',
      dayStartsAt: 4,
      applianceUrl,
      logLevel: 'silent',
    },
    pino({ level: process.env['DUGOUT_TEST_LOG'] ?? 'silent' }),
    { ...rest, patience: { ...briefPatience, ...rest.patience } },
  );
}
export type TestDaemon = ReturnType<typeof aDaemon>;

type Rows = Record<string, string[]>;

/** Every replicated row of the venue, by table, in the order of their keys. */
export function venueRows(directory: string, tables: readonly Table[] = allTables): Rows {
  const connection = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
  try {
    return Object.fromEntries(
      replicated(tables).map(({ name, columns }) => {
        const names = Object.keys(columns);
        const rows = connection
          .prepare<[], unknown[]>(`SELECT ${names.map((column) => `"${column}"`).join(', ')} FROM "${name}"`)
          .safeIntegers()
          .raw()
          .all();
        return [name, rows.map(canonical).sort()];
      }),
    );
  } finally {
    connection.close();
  }
}

/** The same of a site in the cloud. */
export async function cloudRows(
  cloud: Pick<TestCloud, 'sql'>,
  site = 'north',
  tables: readonly Table[] = allTables,
): Promise<Rows> {
  const rows: Rows = {};
  for (const { name, columns } of replicated(tables)) {
    const names = Object.keys(columns);
    const found = await cloud.sql<Record<string, unknown>>(
      `SELECT ${names.map((column) => `"${column}"`).join(', ')} FROM public."${name}" WHERE site_id = $1`,
      [site],
    );
    rows[name] = found.map((row) => canonical(names.map((column) => row[column]))).sort();
  }
  return rows;
}

const replicated = (tables: readonly Table[]) =>
  tables.filter(({ replication }) => replication === 'replicated').sort((a, b) => (a.name < b.name ? -1 : 1));

const canonical = (values: readonly unknown[]): string =>
  JSON.stringify(
    values.map((value) => {
      if (Buffer.isBuffer(value)) return { hex: value.toString('hex') };
      return typeof value === 'bigint' || typeof value === 'number' ? `number ${value}` : value;
    }),
  );

export interface CloudSite {
  readonly epoch: number;
  readonly seq: number;
  readonly tok: number;
  readonly state: string;
  readonly detail: string | null;
  readonly consistent_seq: number;
  readonly commit_at: number | null;
  readonly pending: number;
  readonly cursor: unknown;
  readonly appliance_id: string | null;
}

export async function cloudSite(
  cloud: Pick<TestCloud, 'sql'>,
  site = 'north',
): Promise<CloudSite | undefined> {
  const [row] = await cloud.sql<CloudSite>('SELECT * FROM sync.site WHERE site_id = $1', [site]);
  return row;
}

/** Resolves when `holds` answers true; looks again and again, and gives up with the test. */
export async function until(holds: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const end = performance.now() + 25_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The cloud has all that the venue has. */
export const caughtUp = (cloud: TestCloud, venue: TestVenue, site = 'north'): Promise<void> =>
  until(async () => (await cloudSite(cloud, site))?.consistent_seq === venue.head(), 'the catch-up');
