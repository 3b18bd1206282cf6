import type { Database as Connection } from 'better-sqlite3';

export interface VenueColumn {
  readonly name: string;
  readonly type: string;
}

/** A replicated table as it is in the venue's file, which may be newer or older than this release. */
export interface VenueTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly VenueColumn[];
}

/** The tables that have a number in the change log and still exist. */
export function readVenueTables(connection: Connection): ReadonlyMap<number, VenueTable> {
  const numbered = connection
    .prepare(
      `SELECT number, t.name FROM change_log_tables t
       JOIN sqlite_schema s ON s.type = 'table' AND s.name = t.name ORDER BY number`,
    )
    .all() as { number: number; name: string }[];
  const info = connection.prepare('SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid');
  return new Map(
    numbered.map(({ number, name }) => {
      const columns = info.all(name) as { name: string; type: string; pk: number }[];
      const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
      return [
        number,
        {
          name,
          key: key.map((column) => column.name),
          columns: columns.map((column) => ({ name: column.name, type: column.type })),
        },
      ];
    }),
  );
}

/** A name as SQL takes it, in SQLite and in Postgres. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quotedList = (names: readonly string[]): string => names.map(quoted).join(', ');
