import { quoted, type VenueTable } from '../venue/venue-tables.ts';
import { type ColumnType, columnTypes } from './row-hash.ts';

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The types of keys and values as parameters of Postgres. */
export const postgresTypes: Readonly<Record<ColumnType, string>> = {
  TEXT: 'text',
  INTEGER: 'bigint',
  REAL: 'double precision',
  BLOB: 'bytea',
};

/**
 * A venue's value in the replica, in the venue's type: from its column, or out of `_extra` when the cloud does not know
 * the column yet.
 */
export function replicaValue(name: string, type: ColumnType, isKnown: boolean): string {
  if (isKnown) return `t.${quoted(name)}`;
  const kept = `(t._extra ->> ${literal(name)})`;
  if (type === 'BLOB') return `decode(substr(${kept}, 3), 'hex')`;
  return type === 'TEXT' ? kept : `${kept}::${postgresTypes[type]}`;
}

function valueTextSql(value: string, type: ColumnType): string {
  const texts: Record<ColumnType, string> = {
    TEXT: `octet_length(${value})::text || ':' || ${value}`,
    INTEGER: `octet_length(${value}::text)::text || ':' || ${value}::text`,
    REAL: `'16:' || encode(float8send(${value}), 'hex')`,
    BLOB: `(2 * octet_length(${value}))::text || ':' || encode(${value}, 'hex')`,
  };
  return `coalesce(${texts[type]}, '~')`;
}

/** SQL of a row's text, the same as `rowText` makes it. `known`: columns that the cloud has. The table is `t`. */
export const rowTextSql = (table: VenueTable, known: ReadonlySet<string>): string =>
  columnTypes(table)
    .map((type, index) => {
      const name = table.columns[index]?.name ?? '';
      return valueTextSql(replicaValue(name, type, known.has(name)), type);
    })
    .join(' || ');

/** SQL of the 15 hexadecimal digits that `rowHash` answers. */
export const rowHashSql = (table: VenueTable, known: ReadonlySet<string>): string =>
  `substr(md5(${rowTextSql(table, known)}), 1, 15)`;

/** SQL of the two fields of a `RangeSum`, as text. */
export const rangeSumSql = (table: VenueTable, known: ReadonlySet<string>): string =>
  `count(*)::text AS rows, coalesce(sum(('x' || ${rowHashSql(table, known)})::bit(60)::bigint), 0)::text AS sum`;
