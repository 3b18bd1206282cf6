import type { CommandStatus, RemoteCommand, VenueAnswer } from '@dugout/appliance/contract/replication.ts';
import type { PostgresConnection } from '../postgres/connection.ts';

type Asks = Pick<PostgresConnection, 'query'>;

/** What is asked of a venue. Moments are made by the database, whose clock all of a site's partners can ask. */
export interface NewCommand {
  readonly id: string;
  readonly site: string;
  readonly key: string;
  /** Of the request: another one under the same key is refused. */
  readonly fingerprint: string;
  readonly actor: { readonly id: string; readonly name: string; readonly role: string };
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly headers: RemoteCommand['headers'];
  readonly body: Buffer;
  readonly expect: RemoteCommand['expect'];
  readonly expiresAfterMs: number;
}

export interface CommandState {
  readonly id: string;
  readonly actor_id: string;
  readonly actor_name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly fetched_at: number | null;
  readonly cancel_asked_at: number | null;
  readonly status: CommandStatus;
  readonly answer: VenueAnswer | null;
  readonly executed_at: number | null;
}

const stateColumns = `id, actor_id, actor_name, method, path, summary, created_at, expires_at, fetched_at,
  cancel_asked_at, status, answer, executed_at`;

type StateRow = Omit<CommandState, 'answer'> & { readonly answer: string | null };

const asState = (row: StateRow): CommandState => ({
  ...row,
  answer: row.answer === null ? null : (JSON.parse(row.answer) as VenueAnswer),
});

/** The statuses that do not change any more. */
const over = `('applied', 'rejected', 'conflict', 'expired', 'cancelled', 'failed', 'needs_review')`;
const dayMs = 24 * 3_600_000;
/** Nothing waits for longer; a bound for what is looked through. */
const longestWaitMs = 30 * dayMs;

/** All in a transaction for the site. */
export const commandsStore = {
  /** False when the actor has used the key before. */
  async insert(asks: Asks, command: NewCommand): Promise<boolean> {
    const { actor } = command;
    const { rowCount } = await asks.query(
      `INSERT INTO sync.command (id, site_id, key, fingerprint, actor_id, actor_name, actor_role, method, path, summary,
         headers, body, expect, created_at, expires_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now, now + $14::bigint FROM sync.now_ms() AS now
       ON CONFLICT (site_id, actor_id, key) DO NOTHING`,
      [
        command.id,
        command.site,
        command.key,
        command.fingerprint,
        actor.id,
        actor.name,
        actor.role,
        command.method,
        command.path,
        command.summary,
        JSON.stringify(command.headers),
        command.body,
        command.expect === null ? null : JSON.stringify(command.expect),
        command.expiresAfterMs,
      ],
    );
    return rowCount === 1;
  },
  async byKey(asks: Asks, actorId: string, key: string) {
    const { rows } = await asks.query<{ id: string; fingerprint: string | null }>(
      'SELECT id, fingerprint FROM sync.command WHERE actor_id = $1 AND key = $2',
      [actorId, key],
    );
    return rows[0];
  },
  /** How many have not reached the venue; of one actor, when one is named. */
  async waiting(asks: Asks, actorId?: string): Promise<number> {
    const { rows } = await asks.query<{ count: number }>(
      `SELECT count(*) AS count FROM sync.command
       WHERE fetched_at IS NULL AND cancel_asked_at IS NULL AND expires_at > sync.now_ms()
         AND created_at > sync.now_ms() - ${longestWaitMs} AND ($1::text IS NULL OR actor_id = $1)`,
      [actorId ?? null],
    );
    return rows[0]?.count ?? 0;
  },
  /** Rings at whoever fetches the site's commands, once this is committed. */
  async ring(asks: Asks, site: string): Promise<void> {
    await asks.query(`SELECT pg_notify('dugout_commands_' || $1, '')`, [site]);
  },
  async state(asks: Asks, id: string): Promise<CommandState | undefined> {
    const text = `SELECT ${stateColumns} FROM sync.command_state WHERE id = $1`;
    return (await asks.query<StateRow>(text, [id])).rows.map(asState)[0];
  },
  /** The newest, of one actor when one is named. */
  async newest(asks: Asks, limit: number, actorId: string | null): Promise<CommandState[]> {
    const text = `SELECT ${stateColumns} FROM sync.command_state WHERE $2::text IS NULL OR actor_id = $2
      ORDER BY created_at DESC, id DESC LIMIT $1`;
    return (await asks.query<StateRow>(text, [limit, actorId])).rows.map(asState);
  },
  async askToCancel(asks: Asks, id: string): Promise<void> {
    await asks.query(
      'UPDATE sync.command SET cancel_asked_at = sync.now_ms() WHERE id = $1 AND cancel_asked_at IS NULL',
      [id],
    );
  },
  /** What was sent is not kept once there is an answer: it can hold a password. */
  async forgetBodies(asks: Asks): Promise<number> {
    const { rowCount } = await asks.query(
      `UPDATE sync.command SET body = ''
       WHERE body <> '' AND id IN (SELECT id FROM sync.command_state WHERE status IN ${over} AND body <> '')`,
    );
    return rowCount;
  },
};
