import type { Batch, RangeReplacement, StoredValue, TableRows } from './batch.ts';

/** Where values of columns that the cloud does not know wait for the cloud: a JSON object by their names. */
export const extraColumn = '_extra';

/**
 * A batch as the cloud's function `apply` takes it. Bytes are `\x` and hex, integers beyond 2^53 are texts, and so is
 * what JSON has no number for.
 */
export const batchJson = (batch: Batch, catalogue: number): string =>
  `{${headerFields(batch, catalogue)},"tables":[${batch.tables.map(tableJson).join(',')}],"ranges":[${batch.ranges.map(rangeJson).join(',')}]}`;

/** A batch without its rows, as the cloud's function `advance` takes it. */
export const headerJson = (batch: Batch, catalogue: number): string => `{${headerFields(batch, catalogue)}}`;

/** @param catalogue the version of the cloud's tables that the batch was made for */
function headerFields(batch: Batch, catalogue: number): string {
  const { epoch, from, to, complete, commitAt, pending, state, cursor } = batch;
  const fields = { epoch, from, to, complete, commit_at: commitAt, pending, state, catalogue };
  return `${JSON.stringify(fields).slice(1, -1)},"cursor":${JSON.stringify(cursor, tagged)}`;
}

function tableJson({ table, columns, upserts, deletes, key }: TableRows): string {
  const rows = upserts.map((row) => rowJson(columns, row)).join(',');
  const gone = deletes.map((row) => rowJson(key, row)).join(',');
  return `{"table":${JSON.stringify(table)},"columns":${JSON.stringify(columns)},"upserts":[${rows}],"deletes":[${gone}]}`;
}

function rangeJson({ table, after, through, columns, rows }: RangeReplacement): string {
  const place = (key: readonly StoredValue[] | null) =>
    key === null ? 'null' : `[${key.map(valueJson).join(',')}]`;
  const objects = rows.map((row) => rowJson(columns, row)).join(',');
  return `{"table":${JSON.stringify(table)},"after":${place(after)},"through":${place(through)},"columns":${JSON.stringify(columns)},"rows":[${objects}]}`;
}

export function rowJson(columns: readonly string[], values: readonly StoredValue[]): string {
  let json = '{';
  for (const [at, name] of columns.entries()) {
    const value = values[at] ?? null;
    if (at > 0) json += ',';
    json += `${nameJson(name)}:${name === extraColumn ? String(value) : valueJson(value)}`;
  }
  return `${json}}`;
}

const names = new Map<string, string>();
function nameJson(name: string): string {
  let json = names.get(name);
  if (json === undefined) {
    json = JSON.stringify(name);
    names.set(name, json);
  }
  return json;
}

export function valueJson(value: StoredValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (typeof value === 'bigint') return `"${value}"`;
  return `"\\\\x${value.toString('hex')}"`;
}

/** A key as the cloud's tables of quarantine and orphans have it, and as a cursor keeps it. */
export const keyJson = (key: readonly StoredValue[]): string => JSON.stringify(key, tagged);
export const keyFromJson = (json: unknown): StoredValue[] | null =>
  Array.isArray(json) ? json.map(untagged) : null;

function tagged(this: unknown, name: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[name];
  if (typeof value === 'bigint') return { integer: String(value) };
  return Buffer.isBuffer(own) ? { hex: own.toString('hex') } : value;
}

function untagged(value: unknown): StoredValue {
  if (typeof value !== 'object' || value === null) return value as StoredValue;
  const { integer, hex } = value as { integer?: string; hex?: string };
  return integer === undefined ? Buffer.from(hex ?? '', 'hex') : BigInt(integer);
}
