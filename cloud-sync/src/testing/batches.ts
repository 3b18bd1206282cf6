import type { PostgresConnection } from '../postgres/connection.ts';
import type { KeyRange, LogPosition, StoredValue } from '../shipping/batch.ts';
import { rowJson, valueJson } from '../shipping/json-encoding.ts';

type Row = Readonly<Record<string, StoredValue>>;

export interface TestChanges {
  readonly table: string;
  readonly columns?: readonly string[];
  readonly upserts?: readonly Row[];
  readonly deletes?: readonly Row[];
}

export interface TestBatch {
  readonly epoch?: number;
  readonly from: LogPosition;
  readonly to: LogPosition;
  readonly complete?: boolean;
  readonly catalogue?: number;
  readonly tables?: readonly TestChanges[];
  readonly ranges?: readonly (KeyRange & {
    readonly columns?: readonly string[];
    readonly rows: readonly Row[];
  })[];
}

export const start: LogPosition = { seq: 0, tok: 0 };

/** What the cloud answered; rejects with a `PostgresFailure`. */
export async function shakeHands(site: PostgresConnection, siteId: string, hello: Partial<Hello> = {}) {
  const said = { ...usual, ...hello };
  const { rows } = await site.query<{ answer: Answer }>('SELECT sync.handshake($1, $2) AS answer', [
    siteId,
    JSON.stringify(said),
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('the cloud said nothing');
  return row.answer;
}

/** Has a batch applied. */
export const applyBatch = (site: PostgresConnection, siteId: string, batch: TestBatch) =>
  site.query('SELECT sync.apply($1, $2)', [siteId, batchText(batch)]);

interface Hello {
  name: string;
  profile: string;
  appliance_id: string;
  epoch: number;
  schema_version: string;
}
interface Answer extends LogPosition {
  readonly epoch: number;
  readonly appliance_id: string;
  readonly state: string;
  readonly catalogue: number;
  readonly consistent_seq: number;
  readonly tables: readonly { name: string; key: string[]; columns: { name: string; type: string }[] }[];
}
const usual: Hello = {
  name: 'North Stand',
  profile: 'venue',
  appliance_id: 'first',
  epoch: 1,
  schema_version: '0001',
};

function batchText({ tables = [], ranges = [], from, to, catalogue, ...rest }: TestBatch): string {
  const header = { epoch: 1, complete: true, commit_at: 1, pending: 0, state: 'live', cursor: null, ...rest };
  const parts = [
    ...Object.entries({ ...header, from, to, ...(catalogue === undefined ? {} : { catalogue }) }).map(
      ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
    ),
    `"tables":[${tables.map(changesText).join(',')}]`,
    `"ranges":[${ranges.map(rangeText).join(',')}]`,
  ];
  return `{${parts.join(',')}}`;
}

const columnsOf = (rows: readonly Row[]) => Object.keys(rows[0] ?? {});
const rowsText = (rows: readonly Row[]) =>
  `[${rows.map((row) => rowJson(Object.keys(row), Object.values(row))).join(',')}]`;
const keyText = (key: readonly StoredValue[] | null) =>
  key === null ? 'null' : `[${key.map(valueJson).join(',')}]`;

const changesText = ({ table, upserts = [], deletes = [], columns = columnsOf(upserts) }: TestChanges) =>
  `{"table":${JSON.stringify(table)},"columns":${JSON.stringify(columns)},"upserts":${rowsText(upserts)},"deletes":${rowsText(deletes)}}`;

const rangeText = ({
  table,
  after,
  through,
  rows,
  columns = columnsOf(rows),
}: NonNullable<TestBatch['ranges']>[number]) =>
  `{"table":${JSON.stringify(table)},"after":${keyText(after)},"through":${keyText(through)},"columns":${JSON.stringify(columns)},"rows":${rowsText(rows)}}`;
