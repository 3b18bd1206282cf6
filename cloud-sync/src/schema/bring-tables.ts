import type { PostgresConnection } from '../postgres/connection.ts';
import { asFailure } from '../postgres/failure.ts';
import type { Release } from './release.ts';
import {
  addColumn,
  createIndex,
  createTable,
  createView,
  liftColumn,
  ownColumns,
  type ReplicaColumn,
  type ReplicaTable,
  replicaTableOf,
} from './replica-tables.ts';
import type { MirroredIndex } from './venue-schema.ts';

/**
 * Makes the tables, columns, indexes and views that this release has and the cloud has not. Answers a phrase for each.
 * Throws when the cloud knows a column as something else: a column never changes its type, it gets a successor.
 */
export async function bringTables(connection: PostgresConnection, release: Release): Promise<string[]> {
  const applied: string[] = [];
  const known = await knownTables(connection);
  for (const table of release.tables.map(replicaTableOf)) {
    refuseOwnNames(table);
    const defaults = release.venueSchema.defaults.get(table.name) ?? new Map<string, string>();
    const before = known.get(table.name);
    if (before === undefined) {
      await connection.query(createTable(table, defaults));
      await remember(connection, table);
      applied.push(`table ${table.name}`);
      continue;
    }
    const news = newColumns(before, table);
    for (const column of news) {
      await connection.query(addColumn(table.name, column, defaults));
      await connection.query(liftColumn(table.name, column), [column.name]);
      applied.push(`column ${table.name}.${column.name}`);
    }
    if (news.length > 0) await remember(connection, { ...before, columns: [...before.columns, ...news] });
  }
  applied.push(...(await bringIndexes(connection, release)));
  if (applied.length > 0) await connection.query('UPDATE sync.catalogue SET version = version + 1');
  return applied;
}

async function knownTables(connection: PostgresConnection): Promise<Map<string, ReplicaTable>> {
  const { rows } = await connection.query<ReplicaTable>('SELECT name, key, columns FROM sync.replica_table');
  return new Map(rows.map((table) => [table.name, table]));
}

async function remember(connection: PostgresConnection, table: ReplicaTable): Promise<void> {
  await connection.query(
    `INSERT INTO sync.replica_table (name, key, columns) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET columns = excluded.columns`,
    [table.name, table.key, JSON.stringify(table.columns)],
  );
  await connection.query(createView(table));
}

function refuseOwnNames({ name, columns }: ReplicaTable): void {
  const taken = columns.find((column) => Object.values<string>(ownColumns).includes(column.name));
  if (taken !== undefined)
    throw new Error(`column ${name}.${taken.name} has a name that is the replica's own`);
}

function newColumns(before: ReplicaTable, table: ReplicaTable): ReplicaColumn[] {
  if (before.key.join() !== table.key.join())
    throw new Error(`the cloud knows table ${table.name} by another key`);
  return table.columns.filter(({ name, type }) => {
    const there = before.columns.find((column) => column.name === name);
    if (there !== undefined && there.type !== type) {
      throw new Error(
        `the cloud knows column ${table.name}.${name} as ${there.type}, this release as ${type}`,
      );
    }
    return there === undefined;
  });
}

async function bringIndexes(connection: PostgresConnection, release: Release): Promise<string[]> {
  const { rows } = await connection.query<{ name: string }>(
    "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public'",
  );
  const there = new Set(rows.map(({ name }) => name));
  const ours = new Set(release.tables.map(({ name }) => name));
  const missing = release.venueSchema.indexes.filter(
    ({ name, table }) => ours.has(table) && !there.has(name),
  );
  for (const index of missing) await bringIndex(connection, index);
  return missing.map(({ name }) => `index ${name}`);
}

/** A condition that Postgres cannot read (`IS NOT 'x'`) is left out: an index of more rows finds the same ones. */
async function bringIndex(connection: PostgresConnection, index: MirroredIndex): Promise<void> {
  await connection.query('SAVEPOINT index');
  try {
    await connection.query(createIndex(index, index.condition));
  } catch (error) {
    if (index.condition === null || asFailure(error).kind !== 'schema') throw error;
    await connection.query('ROLLBACK TO index');
    await connection.query(createIndex(index, null));
  }
}
