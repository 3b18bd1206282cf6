import type { RemoteCommand } from '@dugout/appliance/contract/replication.ts';
import { toMoment } from '@dugout/appliance/platform/clock.ts';
import type { PostgresConnection } from '../postgres/connection.ts';

interface CommandRow {
  readonly id: string;
  /** Empty for somebody who is not signed in. */
  readonly actor_id: string;
  readonly method: RemoteCommand['method'];
  readonly path: string;
  readonly headers: RemoteCommand['headers'];
  readonly body: Buffer;
  readonly expect: RemoteCommand['expect'];
  readonly created_at: number;
  readonly expires_at: number;
  readonly expires_in_ms: number;
  readonly cancelled: boolean;
  readonly attempts: number;
}

export interface WaitingCommand extends RemoteCommand {
  /** How long it had waited when it was fetched, by the cloud's clock. */
  readonly age_ms: number;
}

const asCommand = (row: CommandRow): WaitingCommand => ({
  id: row.id,
  method: row.method,
  path: row.path,
  headers: row.headers,
  body: row.body.toString('base64'),
  actor_id: row.actor_id === '' ? null : row.actor_id,
  created_at: toMoment(row.created_at),
  expires_in_ms: row.expires_in_ms,
  expect: row.expect,
  cancelled: row.cancelled,
  attempts: row.attempts,
  age_ms: row.expires_at - row.expires_in_ms - row.created_at,
});

/** What waits in the cloud for one site's venue. */
export const waitingCommands = (connection: Pick<PostgresConnection, 'query'>, site: string) => ({
  /** From now on the connection's `onNotice` hears when something was asked. */
  async listen(): Promise<void> {
    // A site is a slug, and a channel is no value that could be bound.
    await connection.query(`LISTEN "dugout_commands_${site}"`);
  },
  /** Oldest first. By status: a number or a time that goes before would leave out those that are committed late. */
  async fetch(atMost: number, butFor: readonly string[]): Promise<WaitingCommand[]> {
    const { rows } = await connection.query<CommandRow>(
      `SELECT id, actor_id, method, path, headers, body, expect, created_at, expires_at,
         expires_in_ms, cancelled, attempts
       FROM sync.fetch_commands($1, $2, $3)`,
      [site, atMost, [...butFor]],
    );
    return rows.map(asCommand);
  },
  /** The venue failed on it, for reasons of its own. */
  async countAttempt(id: string): Promise<void> {
    await connection.query('UPDATE sync.command SET attempts = attempts + 1 WHERE site_id = $1 AND id = $2', [
      site,
      id,
    ]);
  },
});
export type WaitingCommands = ReturnType<typeof waitingCommands>;
