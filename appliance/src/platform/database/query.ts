import {
  type CompiledQuery,
  DummyDriver,
  type Expression,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { RowOf, Table } from './table.ts';

export type Dialect = 'sqlite' | 'postgres';

/** What a query is given at run time, as the builder sees it: one placeholder per parameter. */
export type Placeholders<Params> = { readonly [Name in keyof Params]: Expression<Params[Name]> };

export interface CompiledSql<Params> {
  readonly text: string;
  bind(params: Params): unknown[];
}

/** A statement as a value: built once, compiled once per dialect, run with parameters many times. */
export interface Query<Params, Row> {
  compiled(dialect: Dialect): CompiledSql<Params>;
  /** Carries the row's type; never read. */
  readonly row?: Row;
}

class Placeholder {
  readonly parameter: string;
  constructor(parameter: string) {
    this.parameter = parameter;
  }
}

/** Numbers and names of states: what is written as it is, because it cannot be mistaken for SQL. */
const isPlain = (value: unknown): boolean =>
  Number.isFinite(value) || (typeof value === 'string' && /^[\w-]*$/u.test(value));

/**
 * Plain values that the builder wrote down become part of the statement, so that the planner can hold them against a
 * partial index. Everything else is bound, behind a plus that does nothing but hide it: SQLite plans a statement anew
 * each time a bare parameter is bound, in case the plan should depend on its value, and that takes several times as
 * long as to find a row by its key.
 */
class PlannedOnceCompiler extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (isPlain(value)) this.appendImmediateValue(value);
    else super.appendValue(value);
  }
  protected override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}

const placeholders = new Proxy(
  {},
  {
    get: (_target, parameter) => sql.val(new Placeholder(String(parameter))),
  },
);

const builders: Record<Dialect, Kysely<unknown>> = {
  sqlite: new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new PlannedOnceCompiler(),
    },
  }),
  postgres: new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
};

interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}

/**
 * Binds the query builder to the tables a store may touch:
 *
 *     const query = queriesOver<{ games: GameRow }>();
 *     const findGame = query((db, p: Placeholders<{ id: string }>) =>
 *       db.selectFrom('games').selectAll().where('id', '=', p.id));
 *
 * The builder runs on first use, once per dialect, so it must not close over request data.
 */
export const queriesOver =
  <Tables>() =>
  <Params, Row>(
    build: (db: Kysely<Tables>, p: Placeholders<Params>) => Compilable<Row>,
  ): Query<Params, Row> => {
    const byDialect = new Map<Dialect, CompiledSql<Params>>();
    return {
      compiled(dialect) {
        let compiled = byDialect.get(dialect);
        if (compiled === undefined) {
          const builder = builders[dialect] as Kysely<Tables>;
          compiled = bindable(build(builder, placeholders as Placeholders<Params>).compile());
          byDialect.set(dialect, compiled);
        }
        return compiled;
      },
    };
  };

function bindable<Params>(query: CompiledQuery): CompiledSql<Params> {
  const slots = query.parameters;
  return {
    text: query.sql,
    bind: (params) => {
      const values = params as Record<string, unknown>;
      return slots.map((slot) => (slot instanceof Placeholder ? values[slot.parameter] : slot));
    },
  };
}

/** Inserts one whole row. */
export function insertInto<T extends Table>(table: T): Query<RowOf<T>, never> {
  const names = Object.keys(table.columns);
  return queriesOver<Record<string, Record<string, unknown>>>()((db, p: Placeholders<RowOf<T>>) =>
    db
      .insertInto(table.name)
      .values(Object.fromEntries(names.map((name) => [name, p[name as keyof RowOf<T>]]))),
  ) as Query<RowOf<T>, never>;
}

/** These columns of one row, found by a key of one column; given as `key`. */
export const columnsOf = (
  table: Table,
  names: readonly string[],
): Query<{ key: string }, Readonly<Record<string, unknown>>> =>
  queriesOver<Record<string, Record<string, unknown>>>()((db, p: Placeholders<{ key: string }>) =>
    table.key.reduce(
      (statement, name) => statement.where(name, '=', p.key),
      db.selectFrom(table.name).select(names),
    ),
  ) as Query<{ key: string }, Readonly<Record<string, unknown>>>;

/** Writes every column of one row, found by its key. */
export const updateWhole = <T extends Table>(table: T): Query<RowOf<T>, never> =>
  updateColumns(
    table,
    Object.keys(table.columns).filter((name) => !table.key.includes(name)),
  );

/** Writes these columns of one row, found by its key. Indexes and references of the others are not looked at. */
export const updateColumns = <T extends Table>(
  table: T,
  names: readonly (keyof RowOf<T> & string)[],
): Query<RowOf<T>, never> =>
  queriesOver<Record<string, Record<string, unknown>>>()((db, p: Placeholders<RowOf<T>>) => {
    const values = Object.fromEntries(names.map((name) => [name, p[name]]));
    return table.key.reduce(
      (statement, name) => statement.where(name, '=', p[name as keyof RowOf<T>]),
      db.updateTable(table.name).set(values),
    );
  }) as Query<RowOf<T>, never>;
