import { hash } from 'node:crypto';
import type { StoredValue } from '../shipping/batch.ts';
import type { VenueTable } from '../venue/venue-tables.ts';

export type ColumnType = 'TEXT' | 'INTEGER' | 'REAL' | 'BLOB';

/**
 * What both sides make of a row before they hash it: every value as its length in bytes, a colon and its text, one
 * after the other; NULL is `~`. Doubles are their eight bytes and blobs their bytes, both in hexadecimal, so that
 * nothing depends on how a side prints. `row-hash-sql.ts` says the same to Postgres.
 */
export function rowText(types: readonly ColumnType[], values: readonly StoredValue[]): string {
  let text = '';
  for (const [index, type] of types.entries()) text += valueText(type, values[index] ?? null);
  return text;
}

const eightBytes = Buffer.alloc(8);

function valueText(type: ColumnType, value: StoredValue): string {
  if (value === null) return '~';
  if (type === 'TEXT') {
    const text = String(value);
    return `${Buffer.byteLength(text)}:${text}`;
  }
  if (type === 'REAL') {
    eightBytes.writeDoubleBE(Number(value));
    return `16:${eightBytes.toString('hex')}`;
  }
  const text = Buffer.isBuffer(value) ? value.toString('hex') : String(value);
  return `${text.length}:${text}`;
}

/** The first 60 bits of the md5 of a row's text, as 15 hexadecimal digits. */
export const rowHash = (types: readonly ColumnType[], values: readonly StoredValue[]): string =>
  hash('md5', rowText(types, values)).slice(0, 15);

/** What a stretch of a table comes to: how many rows, and the sum of their hashes. Order does not matter. */
export interface RangeSum {
  readonly rows: number;
  /** Decimal. */
  readonly sum: string;
}

/** Adds up the hashes of up to two million rows without ever leaving the safe integers. */
export function rangeSum(hashes: Iterable<string>): RangeSum {
  let rows = 0;
  let high = 0;
  let low = 0;
  for (const digits of hashes) {
    rows += 1;
    high += Number.parseInt(digits.slice(0, 7), 16);
    low += Number.parseInt(digits.slice(7), 16);
  }
  return { rows, sum: String((BigInt(high) << 32n) + BigInt(low)) };
}

const isColumnType = (type: string): type is ColumnType => ['TEXT', 'INTEGER', 'REAL', 'BLOB'].includes(type);

function typeOf(table: VenueTable, { name, type }: VenueTable['columns'][number]): ColumnType {
  if (!isColumnType(type))
    throw new Error(`${table.name}.${name} is ${type}, which has no place in the replica`);
  return type;
}

export const columnTypes = (table: VenueTable): ColumnType[] =>
  table.columns.map((column) => typeOf(table, column));

/** In the order of the key. */
export const keyTypes = (table: VenueTable): ColumnType[] =>
  table.key.map((name) => {
    const column = table.columns.find((one) => one.name === name);
    if (column === undefined) throw new Error(`table ${table.name} has no column ${name}`);
    return typeOf(table, column);
  });
