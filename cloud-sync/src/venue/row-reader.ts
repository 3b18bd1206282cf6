import type { StoredValue } from '../shipping/batch.ts';
import type { VenueView } from './venue-file.ts';
import { quoted, quotedList, type VenueTable } from './venue-tables.ts';

/** A row whose text is not text: its bytes are no UTF-8, and no other database would take them. */
export interface UnreadableRow {
  readonly table: string;
  readonly key: readonly StoredValue[];
  readonly columns: readonly string[];
  /** What is stored; text that could not be read as its bytes. */
  readonly values: readonly StoredValue[];
}

/** Reads rows as they are stored: integers beyond 2^53 as bigint, and no text that is only nearly what is stored. */
export interface RowReader {
  readonly columns: readonly string[];
  /** Null when there is no such row. */
  byKey(key: readonly StoredValue[]): readonly StoredValue[] | null;
  /**
   * The values of an ordinary read, made exact; `key` is exact already. `unreadable` hears of a row whose text is none,
   * and then the answer is null.
   */
  exactly(values: readonly StoredValue[], key: readonly StoredValue[]): readonly StoredValue[] | null;
  keyOf(values: readonly StoredValue[]): readonly StoredValue[];
}

export function createRowReader(
  view: VenueView,
  table: VenueTable,
  unreadable: (row: UnreadableRow) => void,
): RowReader {
  const columns = table.columns.map(({ name }) => name);
  const source = `FROM ${quoted(table.name)} WHERE ${table.key.map((name) => `${quoted(name)} = ?`).join(' AND ')}`;
  const select = `SELECT ${quotedList(columns)} ${source}`;
  const ordinary = view.rows(select);
  const keyAt = table.key.map((name) => columns.indexOf(name));
  const mayBeLarge = table.columns.map(({ type }) => type !== 'REAL');
  const keyOf = (values: readonly StoredValue[]) => keyAt.map((at) => values[at] ?? null);

  function exactly(
    values: readonly StoredValue[],
    key: readonly StoredValue[],
  ): readonly StoredValue[] | null {
    let doubtful = false;
    for (const [at, value] of values.entries()) {
      if (typeof value === 'number') {
        if (mayBeLarge[at] === true && !Number.isSafeInteger(value) && Number.isInteger(value))
          return exactly(withExactIntegers(key), key);
      } else if (typeof value === 'string' && value.includes(replacementCharacter)) doubtful = true;
    }
    return doubtful ? held(values, key) : values;
  }

  function withExactIntegers(key: readonly StoredValue[]): StoredValue[] {
    const row = view.rows(select, 'exact').get(...key) as StoredValue[] | undefined;
    if (row === undefined) throw new Error(`a row of ${table.name} cannot be found by its key`);
    return row.map(smallest);
  }

  /** The replacement character is what bytes that are no UTF-8 turn into; it can also be meant. */
  function held(values: readonly StoredValue[], key: readonly StoredValue[]): readonly StoredValue[] | null {
    const bytes = view
      .rows(`SELECT ${columns.map((name) => `CAST(${quoted(name)} AS BLOB)`).join(', ')} ${source}`)
      .get(...key) as (Buffer | null)[] | undefined;
    let whole = true;
    const stored = values.map((value, at) => {
      if (typeof value !== 'string') return value;
      const kept = bytes?.[at];
      if (kept?.equals(Buffer.from(value)) === true) return value;
      whole = false;
      return kept ?? value;
    });
    if (whole) return values;
    unreadable({ table: table.name, key, columns, values: stored });
    return null;
  }

  return {
    columns,
    byKey: (key) => {
      const row = ordinary.get(...key) as StoredValue[] | undefined;
      return row ?? null;
    },
    exactly,
    keyOf,
  };
}

const replacementCharacter = '\u{fffd}';

/** A bigint only where a number would not be exact. */
export const smallest = (value: StoredValue): StoredValue =>
  typeof value === 'bigint' && value >= -maxSafe && value <= maxSafe ? Number(value) : value;
const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);
