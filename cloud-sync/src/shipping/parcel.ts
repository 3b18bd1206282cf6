import type { UnreadableRow } from '../venue/row-reader.ts';
import type { Batch, RangeReplacement, StoredValue, TableRows } from './batch.ts';
import { extraColumn, keyJson, rowJson } from './json-encoding.ts';

/** A row of one table, by its key. */
export interface RowName {
  readonly table: string;
  /** JSON array of the key's values. */
  readonly key: string;
}

/** A row that the cloud cannot hold: kept there as bytes, with the reason. */
export interface QuarantinedRow extends RowName {
  readonly error: string;
  readonly image: Buffer;
}

/** What is sent in one transaction. */
export interface Parcel {
  readonly batch: Batch;
  readonly quarantined: readonly QuarantinedRow[];
  /** Rows that leave the quarantine, because they come in this batch or are gone. */
  readonly mended: readonly RowName[];
}

export const rowsOf = ({ tables, ranges }: Batch): number =>
  tables.reduce((sum, { upserts, deletes }) => sum + upserts.length + deletes.length, 0) +
  ranges.reduce((sum, { rows }) => sum + rows.length, 0);

/** What a row was, byte by byte: a JSON object of type and bytes by column. */
export function imageOf(columns: readonly string[], values: readonly StoredValue[]): Buffer {
  const image = columns.map((name, at) => {
    const value = values[at] ?? null;
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value));
    const type = value === null ? 'null' : Buffer.isBuffer(value) ? 'bytes' : typeof value;
    return [name, value === null ? { type } : { type, hex: bytes.toString('hex') }];
  });
  return Buffer.from(JSON.stringify(Object.fromEntries(image)));
}

export const quarantineUnreadable = ({ table, key, columns, values }: UnreadableRow): QuarantinedRow => ({
  table,
  key: keyJson(key),
  error: 'a text of it is not UTF-8',
  image: imageOf(columns, values),
});

type Rows = Pick<TableRows | RangeReplacement, 'table' | 'key' | 'columns'>;

/** The key of a row, whose columns are in the order of `columns`. */
export const keyIn = ({ key, columns }: Rows, row: readonly StoredValue[]): readonly StoredValue[] =>
  key.map((name) => row[columns.indexOf(name)] ?? null);

/** What the cloud knows of the venue's tables. */
export type CloudTables = ReadonlyMap<
  string,
  { readonly key: readonly string[]; readonly columns: ReadonlySet<string> }
>;

/** A table that the cloud does not know, or knows by another key; null when it can take the batch. */
export function unknownTable(batch: Batch, known: CloudTables): string | null {
  for (const { table, key } of [...batch.tables, ...batch.ranges]) {
    if (known.get(table)?.key.join() !== key.join()) return table;
  }
  return null;
}

/** The batch with what the cloud has no column for put aside in one that it has for that. */
export const fitted = (batch: Batch, known: CloudTables): Batch => ({
  ...batch,
  tables: batch.tables.map((table) => {
    const fit = fitTo(table, known);
    return fit === null ? table : { ...table, columns: fit.columns, upserts: table.upserts.map(fit.row) };
  }),
  ranges: batch.ranges.map((range) => {
    const fit = fitTo(range, known);
    return fit === null ? range : { ...range, columns: fit.columns, rows: range.rows.map(fit.row) };
  }),
});

function fitTo({ table, columns }: Rows, tables: CloudTables) {
  const known = tables.get(table)?.columns ?? new Set();
  const extra = columns.flatMap((name, at) => (known.has(name) ? [] : [at]));
  if (extra.length === 0) return null;
  const kept = columns.flatMap((name, at) => (known.has(name) ? [at] : []));
  const pick = <Value>(all: readonly Value[], places: readonly number[]): Value[] =>
    places.map((at) => all[at] as Value);
  const extraNames = pick(columns, extra);
  return {
    columns: [...pick(columns, kept), extraColumn],
    row: (row: readonly StoredValue[]): readonly StoredValue[] => [
      ...pick(row, kept),
      rowJson(extraNames, pick(row, extra)),
    ],
  };
}
