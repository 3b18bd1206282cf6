import type { PostgresConnection, Value } from '../postgres/connection.ts';

/**
 * One statement in the cloud's database that reads or writes rows of one site, `site` being its first parameter.
 * Rejects as the connection does.
 */
export type AskCloud = <Row>(site: string, text: string, parameters?: readonly Value[]) => Promise<Row[]>;

/** On a connection that may see the site: its own role's, or one whose transaction has named it. */
export const askOver =
  (connection: Pick<PostgresConnection, 'query'>): AskCloud =>
  async <Row>(site: string, text: string, parameters: readonly Value[] = []) =>
    (await connection.query<Row>(text, [site, ...parameters])).rows;
