import type { Database as Connection, Statement } from 'better-sqlite3';
import type { Query } from './query.ts';

/** A read side: the venue's SQLite here, the cloud's Postgres on the replica. Queries run unchanged on both. */
export interface Reader {
  all<Params, Row>(query: Query<Params, Row>, params: Params): Promise<Row[]>;
  get<Params, Row>(query: Query<Params, Row>, params: Params): Promise<Row | undefined>;
}

/**
 * One write. Everything is synchronous: nothing else runs between its first and its last statement. It is committed,
 * and on disk, when the promise of `database.write` resolves.
 */
export interface Transaction {
  all<Params, Row>(query: Query<Params, Row>, params: Params): Row[];
  get<Params, Row>(query: Query<Params, Row>, params: Params): Row | undefined;
  /** Runs a statement; answers how many rows it changed. */
  run<Params>(query: Query<Params, unknown>, params: Params): number;
  /** Undoes what `work` wrote when it throws, and nothing else; the error goes on to the caller. */
  attempt<Result>(work: () => Result): Result;
  /** Runs after the commit is on disk; dropped when this write does not come about. */
  afterCommit(task: () => void): void;
}

/** Runs queries on one SQLite connection. Statements are prepared once and kept by their text. */
export interface Statements {
  all<Params, Row>(query: Query<Params, Row>, params: Params): Row[];
  get<Params, Row>(query: Query<Params, Row>, params: Params): Row | undefined;
  run<Params>(query: Query<Params, unknown>, params: Params): number;
}

export function createStatements(connection: Connection): Statements {
  const prepared = new Map<string, Statement>();
  const prepare = (text: string): Statement => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      statement = connection.prepare(text);
      prepared.set(text, statement);
    }
    return statement;
  };
  return {
    all<Params, Row>(query: Query<Params, Row>, params: Params) {
      const compiled = query.compiled('sqlite');
      return prepare(compiled.text).all(...compiled.bind(params)) as Row[];
    },
    get<Params, Row>(query: Query<Params, Row>, params: Params) {
      const compiled = query.compiled('sqlite');
      return prepare(compiled.text).get(...compiled.bind(params)) as Row | undefined;
    },
    run(query, params) {
      const compiled = query.compiled('sqlite');
      return prepare(compiled.text).run(...compiled.bind(params)).changes;
    },
  };
}
