import Sqlite, { type Database as Connection } from 'better-sqlite3';

/** `wide`: a row of all channels for each sample; `narrow`: a row for each value; `json`: a row with a text. */
export type RowShape = 'wide' | 'narrow' | 'json';

const width = 15;
const columns = Array.from({ length: width }, (_, channel) => `c${channel}`);

const tables: Readonly<Record<RowShape, string>> = {
  wide: `CREATE TABLE samples (session INTEGER NOT NULL, seq INTEGER NOT NULL, t_us INTEGER NOT NULL,
    ${columns.map((name) => `${name} INTEGER NOT NULL`).join(', ')}, PRIMARY KEY (session, seq)) STRICT, WITHOUT ROWID`,
  narrow: `CREATE TABLE samples (session INTEGER NOT NULL, seq INTEGER NOT NULL, channel INTEGER NOT NULL,
    t_us INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (session, seq, channel)) STRICT, WITHOUT ROWID`,
  json: `CREATE TABLE samples (session INTEGER NOT NULL, seq INTEGER NOT NULL, t_us INTEGER NOT NULL,
    sample TEXT NOT NULL, PRIMARY KEY (session, seq)) STRICT, WITHOUT ROWID`,
};

/** Samples of one session in a row. */
export interface SampleRows {
  readonly session: number;
  readonly seq: number;
  readonly t0Us: number;
  readonly dtUs: number;
  readonly count: number;
  /** Interleaved, 15 channels. */
  readonly values: Int16Array;
}

/** A row per sample, or per value, in a file of its own under the settings of `streams.db`. */
export function openRows(file: string, shape: RowShape) {
  const connection = new Sqlite(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.exec(tables[shape]);
  const insert = insertOf(connection, shape);

  function write({ session, seq, t0Us, dtUs, count, values }: SampleRows): void {
    for (let index = 0; index < count; index += 1) {
      insert(session, seq + index, t0Us + index * dtUs, values.subarray(index * width, (index + 1) * width));
    }
  }
  const inTransaction = connection.transaction((all: readonly SampleRows[]) => {
    for (const rows of all) write(rows);
  });
  return {
    /** One commit, synced. */
    put: (all: readonly SampleRows[]): void => inTransaction.immediate(all),
    readSession: (session: number): number =>
      connection.prepare('SELECT * FROM samples WHERE session = ? ORDER BY seq').raw().all(session).length,
    /** Of the file, when all is in it. */
    bytes(): number {
      connection.pragma('wal_checkpoint(TRUNCATE)');
      const pragma = (name: string) => Number(connection.pragma(name, { simple: true }));
      return pragma('page_count') * pragma('page_size');
    },
    close: () => void connection.close(),
  };
}

type Insert = (session: number, seq: number, tUs: number, values: Int16Array) => void;

function insertOf(connection: Connection, shape: RowShape): Insert {
  if (shape === 'wide') {
    const marks = Array.from({ length: width + 3 }, () => '?').join(', ');
    const statement = connection.prepare(`INSERT INTO samples VALUES (${marks})`);
    return (session, seq, tUs, values) => void statement.run(session, seq, tUs, ...values);
  }
  if (shape === 'json') {
    const statement = connection.prepare('INSERT INTO samples VALUES (?, ?, ?, ?)');
    return (session, seq, tUs, values) => {
      const sample = Object.fromEntries(columns.map((name, channel) => [name, values[channel]]));
      statement.run(session, seq, tUs, JSON.stringify(sample));
    };
  }
  const statement = connection.prepare('INSERT INTO samples VALUES (?, ?, ?, ?, ?)');
  return (session, seq, tUs, values) => {
    for (let channel = 0; channel < width; channel += 1) {
      statement.run(session, seq, channel, tUs, values[channel]);
    }
  };
}
