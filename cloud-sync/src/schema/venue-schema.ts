import { readMigrations } from '@dugout/appliance/platform/database/migrations.ts';
import SqliteDatabase from 'better-sqlite3';

/** An index of a venue's table, for the replica. */
export interface MirroredIndex {
  readonly name: string;
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[];
  /** In SQLite's words. */
  readonly condition: string | null;
}

/** What only the venue's real schema tells of its tables. */
export interface VenueSchema {
  readonly indexes: readonly MirroredIndex[];
  /** table → column → literal */
  readonly defaults: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

const migrations = new URL('../../../appliance/migrations', import.meta.url).pathname;
/** What means the same to SQLite and to Postgres. */
const literal = /^(?:-?\d+(?:\.\d+)?|'(?:[^']|'')*')$/u;

/** Reads a database that is made for the purpose, by this release's migrations, and is gone afterwards. */
export function readVenueSchema(directory: string = migrations): VenueSchema {
  const database = new SqliteDatabase(':memory:');
  try {
    for (const { sql } of readMigrations(directory)) database.exec(sql);
    const tables = database
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .pluck()
      .all() as string[];
    return {
      indexes: tables.flatMap((table) => indexesOf(database, table)),
      defaults: new Map(tables.map((table) => [table, defaultsOf(database, table)])),
    };
  } finally {
    database.close();
  }
}

function indexesOf(database: SqliteDatabase.Database, table: string): MirroredIndex[] {
  const listed = database
    .prepare(
      `SELECT l.name, l.origin, s.sql FROM pragma_index_list(?) l LEFT JOIN sqlite_schema s ON s.name = l.name
       WHERE l.origin <> 'pk' ORDER BY l.name`,
    )
    .all(table) as { name: string; origin: 'c' | 'u'; sql: string | null }[];
  return listed.map(({ name, origin, sql }) => {
    const columns = database
      .prepare('SELECT name, "desc" AS descending FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno')
      .all(name) as { name: string | null; descending: 0 | 1 }[];
    return {
      name: origin === 'c' ? name : `${table}_by_${columns.map((column) => column.name).join('_')}`,
      table,
      columns: columns.map((column) => {
        if (column.name === null) throw new Error(`index ${name} is on an expression, which is not mirrored`);
        return { name: column.name, descending: column.descending === 1 };
      }),
      condition: sql?.match(/\sWHERE\s(.+)$/isu)?.[1]?.trim() ?? null,
    };
  });
}

function defaultsOf(database: SqliteDatabase.Database, table: string): Map<string, string> {
  const rows = database
    .prepare('SELECT name, dflt_value AS value FROM pragma_table_info(?) WHERE dflt_value IS NOT NULL')
    .all(table) as { name: string; value: string }[];
  return new Map(rows.filter(({ value }) => literal.test(value)).map(({ name, value }) => [name, value]));
}
