/**
 * Privacy class of a column: what erasure, export and logs must know.
 * `none`: says nothing of a person. `identifier`: links rows of one person. `personal`: tells who they are or what
 * they did. `secret`: credentials, never shown and never exported.
 */
export type Privacy = 'none' | 'identifier' | 'personal' | 'secret';

export interface Column<Value> {
  readonly type: 'TEXT' | 'INTEGER' | 'REAL' | 'BLOB';
  readonly nullable: boolean;
  readonly privacy: Privacy;
  /** What the number stands for: a view that shows it to people reads it. */
  readonly meaning?: 'moment' | 'flag';
  /** Names a file of the media store, which has to follow its row to the cloud. */
  readonly media?: true;
  /** Of the type ANY, which keeps what it is given as what it is; `type` is what most are. In local tables alone. */
  readonly mixed?: true;
  /** Carries the value's type; never read. */
  readonly value?: Value;
}

export const text = <Value extends string = string>(privacy: Privacy): Column<Value> => ({
  type: 'TEXT',
  nullable: false,
  privacy,
});
export const integer = <Value extends number = number>(privacy: Privacy): Column<Value> => ({
  type: 'INTEGER',
  nullable: false,
  privacy,
});
/** Epoch milliseconds. */
export const moment = (privacy: Privacy): Column<number> => ({ ...integer(privacy), meaning: 'moment' });
/** 0 or 1. */
export const flag = (privacy: Privacy): Column<0 | 1> => ({ ...integer<0 | 1>(privacy), meaning: 'flag' });
export const real = (privacy: Privacy): Column<number> => ({ type: 'REAL', nullable: false, privacy });
export const blob = (privacy: Privacy): Column<Buffer> => ({ type: 'BLOB', nullable: false, privacy });
export const mixed = (privacy: Privacy): Column<string | number | Buffer> => ({
  type: 'TEXT',
  nullable: false,
  privacy,
  mixed: true,
});
/** A name in the media store, such as `3f/3fa9….jpg`. */
export const media = (privacy: Privacy): Column<string> => ({ ...text(privacy), media: true });
export const nullable = <Value>({ value: _, ...column }: Column<Value>): Column<Value | null> => ({
  ...column,
  nullable: true,
});

export type Columns = Readonly<Record<string, Column<unknown>>>;

/**
 * One description of a table, from which its row type, its check against the real schema and its replica are made.
 * `replicated` tables reach the cloud; `local` ones are this machine's own business and can be lost with it.
 */
export interface Table<Shape extends Columns = Columns> {
  readonly name: string;
  readonly replication: 'replicated' | 'local';
  readonly key: readonly string[];
  readonly columns: Shape;
}

export const defineTable = <const Shape extends Columns>(
  name: string,
  table: { replication: Table['replication']; key: readonly (keyof Shape & string)[]; columns: Shape },
): Table<Shape> => ({ name, ...table });

/** The row type of a declared table. */
export type RowOf<T extends Table> =
  T extends Table<infer Shape>
    ? { [Name in keyof Shape]: Shape[Name] extends Column<infer Value> ? Value : never }
    : never;
