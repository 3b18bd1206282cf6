import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredValue } from '../shipping/batch.ts';
import { rowJson } from '../shipping/json-encoding.ts';
import { aCloud } from '../testing/a-cloud.ts';
import type { VenueTable } from '../venue/venue-tables.ts';
import { columnTypes, rangeSum, rowHash, rowText } from './row-hash.ts';
import { rangeSumSql, rowHashSql, rowTextSql } from './row-hash-sql.ts';

const table: VenueTable = {
  name: 'samples',
  key: ['id'],
  columns: [
    { name: 'id', type: 'TEXT' },
    { name: 'words', type: 'TEXT' },
    { name: "o'number", type: 'INTEGER' },
    { name: 'real', type: 'REAL' },
    { name: 'bytes', type: 'BLOB' },
  ],
};
const names = table.columns.map(({ name }) => name);
const known = new Set(names);
const extra = names.filter((name) => name !== 'id');

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '').toWellFormed()),
  fc.constantFrom(
    '',
    '~',
    '1:a',
    "'; DROP TABLE x",
    '\\x41',
    '"',
    '\u{feff}',
    'é',
    'e\u{301}',
    '🏟️',
    '\u{fffd}',
    ' a ',
    'null',
  ),
);
const hostileInteger = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.constantFrom(0n, -1n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n),
);
const hostileReal = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(
    0.1 + 0.2,
    5,
    1e300,
    5e-324,
    Number.MAX_VALUE,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ),
);
const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null });
const row = fc.tuple(
  orNull(hostileText),
  orNull(hostileInteger),
  orNull(hostileReal),
  orNull(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
);

let cloud: Awaited<ReturnType<typeof aCloud>>;
beforeAll(async () => {
  cloud = await aCloud();
  await cloud.sql(`CREATE TABLE samples (site_id text, id text COLLATE "C", words text COLLATE "C", "o'number" bigint,
    "real" double precision, bytes bytea, _extra json)`);
}, 120_000);
afterAll(() => cloud.stop());

/** As the venue has stored them, and as the replica has: once in its columns, and once beside them. */
async function stored(values: readonly StoredValue[][]) {
  const venue = new Sqlite(':memory:');
  venue.exec(
    `CREATE TABLE samples (id TEXT PRIMARY KEY, words TEXT, "o'number" INTEGER, real REAL, bytes BLOB) STRICT`,
  );
  for (const one of values) venue.prepare('INSERT INTO samples VALUES (?, ?, ?, ?, ?)').run(...one);
  const rows = venue
    .prepare('SELECT * FROM samples ORDER BY id')
    .safeIntegers()
    .raw()
    .all() as StoredValue[][];
  venue.close();
  await cloud.sql('TRUNCATE samples');
  const objects = (columns: readonly string[], pick: (one: StoredValue[]) => StoredValue[]) =>
    `[${rows.map((one) => rowJson(columns, pick(one))).join(',')}]`;
  await cloud.sql(
    `INSERT INTO samples SELECT 'known', r.id, r.words, r."o'number", r."real", r.bytes
     FROM json_to_recordset($1) AS r (id text, words text, "o'number" bigint, "real" double precision, bytes bytea)`,
    [objects(names, (one) => one)],
  );
  for (const one of rows) {
    await cloud.sql("INSERT INTO samples (site_id, id, _extra) VALUES ('extra', $1, $2)", [
      String(one[0]),
      rowJson(extra, one.slice(1)),
    ]);
  }
  return rows;
}

test('both sides make the same text and the same hash of any row, also of columns that the cloud does not know', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (samples) => {
      const rows = await stored(samples.map((values, at) => [`id${String(at).padStart(3, '0')}`, ...values]));
      const types = columnTypes(table);
      for (const [site, columns] of [
        ['known', known],
        ['extra', new Set(['id'])],
      ] as const) {
        const theirs = await cloud.sql<{ text: string; hash: string }>(
          `SELECT ${rowTextSql(table, columns)} AS text, ${rowHashSql(table, columns)} AS hash
           FROM samples t WHERE site_id = $1 ORDER BY id`,
          [site],
        );
        expect(theirs.map(({ text }) => text)).toEqual(rows.map((one) => rowText(types, one)));
        expect(theirs.map(({ hash }) => hash)).toEqual(rows.map((one) => rowHash(types, one)));
        const [sum] = await cloud.sql<{ rows: string; sum: string }>(
          `SELECT ${rangeSumSql(table, columns)} FROM samples t WHERE site_id = $1`,
          [site],
        );
        expect({ rows: Number(sum?.rows), sum: sum?.sum }).toEqual(
          rangeSum(rows.map((one) => rowHash(types, one))),
        );
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('rows that look alike have different texts', () => {
  const text = (...values: StoredValue[]) => rowText(['TEXT', 'TEXT'], values);
  const texts = [
    text('a', 'b'),
    text('ab', ''),
    text('', 'ab'),
    text(null, 'ab'),
    text('~', 'ab'),
    text('1:a', 'b'),
  ];
  expect(new Set(texts).size).toBe(texts.length);
});

test('sums stay exact over more rows than a range has', () => {
  const top = 'f'.repeat(15);
  const rows = 100_000;
  expect(rangeSum(Array.from({ length: rows }, () => top))).toEqual({
    rows,
    sum: String((2n ** 60n - 1n) * BigInt(rows)),
  });
});
