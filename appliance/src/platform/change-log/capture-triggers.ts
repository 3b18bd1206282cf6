import { createHash } from 'node:crypto';
import type { Table } from '../database/table.ts';

export interface Trigger {
  readonly name: string;
  /** As SQLite keeps it in `sqlite_schema`, to the letter. */
  readonly sql: string;
}

/** Every name that begins like this is the change log's own. */
export const triggerPrefix = 'capture_';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * The triggers that log the key of every row of `table` that comes, changes or goes, whoever changes it. They name
 * nothing but the key, so a release that adds a column leaves them as they are. Throws for a key that could not be
 * told apart in JSON.
 */
export function captureTriggers(table: Table, number: number): Trigger[] {
  const key = (row: 'NEW' | 'OLD') => keyOf(table, row);
  const entry = 'INSERT INTO change_log (tbl, pk)';
  const log = (row: 'NEW' | 'OLD') => `${entry} VALUES (${number}, ${key(row)});`;
  // A row whose key changes leaves its old key behind, as if it had been deleted there.
  const logLeft = `${entry} SELECT ${number}, ${key('OLD')} WHERE ${key('OLD')} IS NOT ${key('NEW')} COLLATE BINARY;`;
  const bodies = { insert: log('NEW'), update: `${log('NEW')} ${logLeft}`, delete: log('OLD') };
  return Object.entries(bodies).map(([event, body]) => {
    const name = `${triggerPrefix}${table.name}_${event}`;
    const head = `CREATE TRIGGER ${quoted(name)} AFTER ${event.toUpperCase()} ON ${quoted(table.name)}`;
    return { name, sql: `${head} BEGIN ${body} END` };
  });
}

/** The key as the log has it: the value itself, or a JSON array. */
export function keyOf({ name, key, columns }: Table, row?: string): string {
  const parts = key.map((column) => (row === undefined ? quoted(column) : `${row}.${quoted(column)}`));
  const [only] = parts;
  if (only === undefined) throw new Error(`table ${name} is replicated and has no key`);
  if (parts.length === 1) return only;
  const untold = key.find((column) => !['TEXT', 'INTEGER'].includes(columns[column]?.type ?? ''));
  if (untold !== undefined)
    throw new Error(`${name}.${untold} is part of a key and neither text nor integer`);
  return `json_array(${parts.join(', ')})`;
}

export const fingerprintOf = (triggers: readonly Trigger[]): string =>
  createHash('sha256')
    .update(JSON.stringify(triggers.map(({ name, sql }) => [name, sql]).sort()))
    .digest('hex');
