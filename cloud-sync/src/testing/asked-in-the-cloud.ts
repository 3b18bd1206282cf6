import type { CommandStatus } from '@dugout/appliance/contract/replication.ts';
import type { Value } from '../postgres/connection.ts';
import type { TestCloud } from './a-cloud.ts';

export interface Asked {
  readonly site: string;
  readonly path: string;
  readonly actorId: string;
  readonly method?: string;
  readonly json?: unknown;
  readonly expiresAfterMs?: number;
  readonly createdAt?: number;
}

export const insertCommand = `INSERT INTO sync.command (id, site_id, key, actor_id, actor_name, actor_role, method, path,
    summary, headers, body, created_at, expires_at)
  VALUES ($1, $2, $1, $3, 'ana', 'staff', $4, $5, 'a test', '{"content-type": "application/json"}', $6,
    coalesce($7, sync.now_ms()), sync.now_ms() + $8)`;

export const commandValues = (id: string, asked: Asked): Value[] => [
  id,
  asked.site,
  asked.actorId,
  asked.method ?? 'POST',
  asked.path,
  Buffer.from(JSON.stringify(asked.json ?? {})),
  asked.createdAt ?? null,
  asked.expiresAfterMs ?? 600_000,
];

/** Asks something of a venue, and does not ring; answers the command's id. */
export async function ask(cloud: TestCloud, asked: Asked): Promise<string> {
  const id = crypto.randomUUID();
  await cloud.sql(insertCommand, commandValues(id, asked));
  return id;
}

export const ring = (cloud: TestCloud, site: string) =>
  cloud.sql('SELECT pg_notify($1, $2)', [`dugout_commands_${site}`, '']);

export async function statusOf(cloud: TestCloud, id: string): Promise<CommandStatus | undefined> {
  const [row] = await cloud.sql<{ status: CommandStatus }>(
    'SELECT status FROM sync.command_state WHERE id = $1',
    [id],
  );
  return row?.status;
}

/** The venue's answer, as shipping brings it. */
export const answerArrives = (cloud: TestCloud, site: string, id: string, executedAt: number | null = null) =>
  cloud.sql(
    `INSERT INTO command_inbox (site_id, command_id, status, method, path, asked_at, executed_at)
     VALUES ($1, $2, 'applied', 'POST', '/', 0, coalesce($3, sync.now_ms()))`,
    [site, id, executedAt],
  );
