import type { Database as Connection } from 'better-sqlite3';
import type { Table } from '../../database/table.ts';
import { keyOf } from '../capture-triggers.ts';

type Copies = Map<string, Map<unknown, unknown>>;

interface Replica {
  readonly copies: Copies;
  position(): number;
}

/**
 * What a replica comes to that knows the log alone: it reads which keys changed since it last asked, and then the
 * rows of those keys as they are now. One that is behind the floor reads everything. Given another, it goes on from
 * where that one was.
 */
export function aReplica(connection: Connection, tables: readonly Table[], before?: Replica) {
  const copies: Copies = before?.copies ?? new Map(tables.map(({ name }) => [name, new Map()]));
  let position = before?.position() ?? 0;
  const rowsOf = (table: Table): Map<unknown, unknown> =>
    new Map(
      (
        connection.prepare(`SELECT ${keyOf(table)} AS pk, * FROM ${table.name}`).all() as { pk: unknown }[]
      ).map(({ pk, ...row }) => [pk, row]),
    );

  return {
    follow: connection.transaction(() => {
      const { floor } = connection.prepare('SELECT floor FROM change_log_life').get() as { floor: number };
      for (const table of tables) {
        const copy = copies.get(table.name);
        const now = rowsOf(table);
        const keys =
          position < floor
            ? [...(copy?.keys() ?? []), ...now.keys()]
            : connection
                .prepare(
                  `SELECT DISTINCT pk FROM change_log JOIN change_log_tables ON number = tbl WHERE name = ? AND seq > ?`,
                )
                .pluck()
                .all(table.name, position);
        for (const key of keys) {
          if (now.has(key)) copy?.set(key, now.get(key));
          else copy?.delete(key);
        }
      }
      position = connection.prepare('SELECT max(seq) FROM change_log').pluck().get() as number;
    }),
    copies,
    position: () => position,
    /** Both, sorted alike: equal when the log has told everything. */
    compared: () =>
      Object.fromEntries(
        tables.map((table) => [
          table.name,
          { replica: sorted(copies.get(table.name)), venue: sorted(rowsOf(table)) },
        ]),
      ),
  };
}

const sorted = (rows: Map<unknown, unknown> | undefined): string[] =>
  [...(rows?.values() ?? [])].map((row) => JSON.stringify(row)).sort();
