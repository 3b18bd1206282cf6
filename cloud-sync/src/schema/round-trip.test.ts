import {
  blob,
  type Column,
  defineTable,
  integer,
  nullable,
  real,
  type Table,
  text,
} from '@dugout/appliance/platform/database/table.ts';
import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type PostgresConnection } from '../postgres/connection.ts';
import type { StoredValue } from '../shipping/batch.ts';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { applyBatch, shakeHands, start } from '../testing/batches.ts';
import { migrateCloud } from './migrate-cloud.ts';
import { type Release, thisRelease } from './release.ts';

type Row = Record<string, StoredValue>;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** With what no table has yet: bytes, and a key of several columns and types. */
const everything = defineTable('everything', {
  replication: 'replicated',
  key: ['room', 'seat'],
  columns: {
    room: text('none'),
    seat: integer('none'),
    words: nullable(text('none')),
    count: nullable(integer('none')),
    weight: nullable(real('none')),
    bytes: nullable(blob('none')),
    'a "name" of its own': nullable(blob('none')),
  },
});
const release: Release = { ...thisRelease(), tables: [...thisRelease().tables, everything] };
const replicated = release.tables;
let cloud: TestCloud;
let site: PostgresConnection;

beforeAll(async () => {
  cloud = await aCloud();
  await migrateCloud(cloud.ownerUrl, release);
  site = await connect(await cloud.siteUrl('north'));
  await shakeHands(site, 'north');
});
afterAll(async () => {
  await site.close();
  await cloud.stop();
});

const hostileTexts = [
  '',
  ' ',
  '\\x41',
  'O\'Hara"; DROP TABLE games;--',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '\uffff',
  '\ufffe\ufeff',
  '\u{10ffff}',
  '\u0001\u001f\u007f\u2028\r\n\t',
  'null',
  '{"a":1,"a":2,"b":"\\u0000"}',
  'x'.repeat(100_000),
];
const hostileIntegers = [0n, -1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)];
const hostileNumbers = [
  0,
  -0,
  5e-324,
  -5e-324,
  2.2250738585072014e-308,
  1.7976931348623157e308,
  -1.7976931348623157e308,
  0.1 + 0.2,
  1 / 3,
  2 ** 53 + 2,
  1e21,
  123456789.12345679,
];
const hostileBytes = [
  Buffer.alloc(0),
  Buffer.from([0]),
  Buffer.from([0, 255, 0, 92, 120, 10]),
  Buffer.alloc(70_000, 7),
];

/** SQLite takes what is not Unicode, too; such a row is put into quarantine and is no matter of this test. */
const unicode = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'));
const valuesOf: Record<Column<unknown>['type'], fc.Arbitrary<StoredValue>> = {
  TEXT: fc.oneof(fc.constantFrom(...hostileTexts), unicode),
  INTEGER: fc.oneof(
    fc.constantFrom(...hostileIntegers),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ),
  REAL: fc.oneof(fc.constantFrom(...hostileNumbers), fc.double({ noNaN: true, noDefaultInfinity: true })),
  BLOB: fc.oneof(
    fc.constantFrom(...hostileBytes),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  ),
};

const rowsOf = (table: Table): fc.Arbitrary<Row[]> => {
  const columns = Object.entries(table.columns).map(([name, { type }]) => {
    const mayBeNull = !table.key.includes(name);
    return [name, mayBeNull ? fc.option(valuesOf[type], { freq: 6 }) : valuesOf[type]] as const;
  });
  const row = fc.record(Object.fromEntries(columns)) as fc.Arbitrary<Row>;
  const keyOf = (one: Row) => JSON.stringify(table.key.map((name) => String(one[name])));
  return fc.uniqueArray(row, { minLength: 1, maxLength: 12, selector: keyOf });
};

/** Holds whatever the declared types hold: the CHECKs of the venue's real tables would keep the worst away. */
function aFileWith(table: Table): SqliteDatabase.Database {
  const columns = Object.entries(table.columns).map(([name, { type }]) => `${quoted(name)} ${type}`);
  const file = new SqliteDatabase(':memory:');
  file.exec(
    `CREATE TABLE "${table.name}" (${columns.join(', ')}, PRIMARY KEY (${table.key.join(', ')})) STRICT`,
  );
  file.defaultSafeIntegers();
  return file;
}

function write(file: SqliteDatabase.Database, table: Table, rows: readonly Row[]): void {
  const names = Object.keys(table.columns);
  const insert = file.prepare(
    `INSERT INTO "${table.name}" (${names.map(quoted).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  for (const row of rows) insert.run(names.map((name) => row[name] ?? null));
}

const read = (file: SqliteDatabase.Database, table: Table): Row[] =>
  file.prepare(`SELECT * FROM "${table.name}"`).all() as Row[];

/** The very bytes: types, texts in hex, and numbers as such, for which a zero has a sign. */
function bytesOf(file: SqliteDatabase.Database, table: Table): unknown[] {
  const columns = Object.keys(table.columns).map(
    (name) => `typeof(${quoted(name)}), hex(${quoted(name)}), ${quoted(name)}`,
  );
  return file
    .prepare(`SELECT ${columns.join(', ')} FROM "${table.name}" ORDER BY ${table.key.join(', ')}`)
    .raw()
    .all();
}

test.each(replicated.map((table) => [table.name, table] as const))(
  'what is in %s comes back from the cloud byte by byte',
  { timeout: 120_000 },
  async (_name, table) => {
    const columns = Object.keys(table.columns);
    await fc.assert(
      fc.asyncProperty(rowsOf(table), async (rows) => {
        const venue = aFileWith(table);
        write(venue, table, rows);
        const range = { table: table.name, after: null, through: null, columns, rows: read(venue, table) };
        await applyBatch(site, 'north', { from: start, to: start, ranges: [range] });
        const { rows: there } = await site.query<Row>(
          `SELECT ${columns.map(quoted).join(', ')} FROM public."${table.name}"`,
        );
        const rebuilt = aFileWith(table);
        write(rebuilt, table, there.map(asStored(table)));
        expect(bytesOf(rebuilt, table)).toEqual(bytesOf(venue, table));
        venue.close();
        rebuilt.close();
      }),
      { numRuns: 12 },
    );
  },
);

/** SQLite would take a number without a fraction for an integer's column, and the other way round. */
const asStored =
  (table: Table) =>
  (row: Row): Row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        table.columns[name]?.type === 'INTEGER' && typeof value === 'number' ? BigInt(value) : value,
      ]),
    );

test('keys have one order on both sides', async () => {
  const [table] = replicated.filter(({ name }) => name === 'counters');
  if (table === undefined) throw new Error('there is no table of counters');
  const names = fc.uniqueArray(valuesOf.TEXT, { minLength: 20, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(names, async (all) => {
      const venue = aFileWith(table);
      write(
        venue,
        table,
        all.map((name) => ({ name, value: 1n })),
      );
      const ordered = venue.prepare('SELECT name FROM counters ORDER BY name').pluck().all();
      const range = { table: 'counters', after: null, through: null, rows: read(venue, table) };
      await applyBatch(site, 'north', { from: start, to: start, ranges: [range] });
      const { rows } = await site.query<{ name: string }>('SELECT name FROM counters ORDER BY name');
      expect(rows.map(({ name }) => name)).toEqual(ordered);
      venue.close();
    }),
    { numRuns: 10 },
  );
});
