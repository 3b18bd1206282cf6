import type { Query } from '@dugout/appliance/platform/database/query.ts';
import type { Reader } from '@dugout/appliance/platform/database/transaction.ts';
import type { PostgresConnection, Value } from '../postgres/connection.ts';

/** Columns that the cloud adds to every table, and no query of the appliance knows. */
const ofTheCloud = new Set(['site_id', '_extra']);

/** The appliance's queries on a connection, in whatever transaction it stands. Rows are as SQLite gives them. */
export function postgresReader(connection: Pick<PostgresConnection, 'query'>): Reader {
  async function all<Params, Row>(query: Query<Params, Row>, params: Params): Promise<Row[]> {
    const { text, bind } = query.compiled('postgres');
    const { rows } = await connection.query(text, bind(params) as Value[]);
    return rows.map(withoutTheClouds) as Row[];
  }
  return { all, get: async (query, params) => (await all(query, params))[0] };
}

const withoutTheClouds = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !ofTheCloud.has(name)));
