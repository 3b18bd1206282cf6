import type { Column, Table } from '@dugout/appliance/platform/database/table.ts';
import type { MirroredIndex } from './venue-schema.ts';

/** A column of the replica, as `sync.replica_table` keeps it. */
export interface ReplicaColumn {
  readonly name: string;
  readonly type: 'text' | 'bigint' | 'double precision' | 'bytea';
  readonly meaning?: 'moment' | 'flag';
  readonly secret?: true;
}

/** A table of the replica: the appliance's, `site_id` before its key. */
export interface ReplicaTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly ReplicaColumn[];
}

/** How a value is stored at the venue, and how it is stored here. Each way round nothing of it is lost. */
const typeOf = {
  TEXT: 'text',
  INTEGER: 'bigint',
  REAL: 'double precision',
  BLOB: 'bytea',
} as const satisfies Record<Column<unknown>['type'], ReplicaColumn['type']>;

export const replicaTableOf = (table: Table): ReplicaTable => ({
  name: table.name,
  key: table.key,
  columns: Object.entries(table.columns).map(([name, { type, meaning, privacy }]) => ({
    name,
    type: typeOf[type],
    ...(meaning === undefined ? {} : { meaning }),
    ...(privacy === 'secret' ? { secret: true } : {}),
  })),
});

/** What belongs to the replica and to no venue's table. */
export const ownColumns = { site: 'site_id', extra: '_extra' } as const;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const list = (names: readonly string[]) => names.map(quoted).join(', ');

/** Bytes in their own order, as SQLite compares them: ranges of keys mean the same on both sides. */
const definitionOf = ({ type }: Pick<ReplicaColumn, 'type'>) => (type === 'text' ? 'text COLLATE "C"' : type);

/**
 * No foreign keys, no unique index but the key, no NOT NULL but in it: a batch may break them on its way, and an
 * older venue does not know the newest column.
 */
export function createTable(table: ReplicaTable, defaults: ReadonlyMap<string, string>): string {
  const columns = table.columns.map(
    (column) => `${quoted(column.name)} ${definitionOf(column)}${defaultOf(column.name, defaults)}`,
  );
  return `CREATE TABLE public.${quoted(table.name)} (
  ${quoted(ownColumns.site)} text COLLATE "C" NOT NULL,
  ${columns.join(',\n  ')},
  ${quoted(ownColumns.extra)} json,
  PRIMARY KEY (${list([ownColumns.site, ...table.key])})
)`;
}

export const addColumn = (
  table: string,
  column: ReplicaColumn,
  defaults: ReadonlyMap<string, string>,
): string =>
  `ALTER TABLE public.${quoted(table)} ADD COLUMN ${quoted(column.name)} ${definitionOf(column)}${defaultOf(column.name, defaults)}`;

/** What venues sent of a column before the replica knew it becomes the column. $1 is its name. */
export const liftColumn = (table: string, column: ReplicaColumn): string =>
  `UPDATE public.${quoted(table)} SET ${quoted(column.name)} = (_extra ->> $1)::${column.type},
     _extra = (SELECT json_object_agg(key, value) FROM json_each(_extra) WHERE key <> $1)
   WHERE (SELECT count(*) FROM json_object_keys(_extra) AS key WHERE key = $1) > 0`;

const defaultOf = (column: string, defaults: ReadonlyMap<string, string>) =>
  defaults.has(column) ? ` DEFAULT ${defaults.get(column)}` : '';

export const createIndex = (index: MirroredIndex, condition: string | null): string =>
  `CREATE INDEX IF NOT EXISTS ${quoted(index.name)} ON public.${quoted(index.table)} (${[
    quoted(ownColumns.site),
    ...index.columns.map(({ name, descending }) => quoted(name) + (descending ? ' DESC' : '')),
  ].join(', ')})${condition === null ? '' : ` WHERE ${condition}`}`;

/** For people who ask questions in SQL: moments and flags as such, without secrets, all sites beside each other. */
export function createView(table: ReplicaTable): string {
  const columns = table.columns
    .filter(({ secret }) => secret !== true)
    .map(({ name, meaning }) => `${shown(quoted(name), meaning)} AS ${quoted(name)}`);
  return `CREATE OR REPLACE VIEW analysis.${quoted(table.name)} AS
SELECT ${[quoted(ownColumns.site), ...columns].join(', ')} FROM public.${quoted(table.name)}`;
}

function shown(column: string, meaning: ReplicaColumn['meaning']): string {
  if (meaning === 'moment') return `to_timestamp(${column} / 1000.0)`;
  return meaning === 'flag' ? `(${column} <> 0)` : column;
}
