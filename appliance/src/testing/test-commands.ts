import type { CommandOutcome, RemoteCommand } from '../../contract/replication.ts';
import { readServiceToken } from '../platform/http/service-token.ts';
import type { Answer } from './test-appliance.ts';

/** A venue, and where it keeps its token. */
interface Venue {
  readonly url: string;
  readonly directory: string;
}

export const asService = (directory: string): Record<string, string> => ({
  authorization: `Bearer ${readServiceToken(directory)}`,
});

/** A command as the daemon brings it: fresh, of nobody, to be done within the hour. */
export const aCommand = (
  path: string,
  { json, ...command }: Partial<RemoteCommand> & { json?: unknown } = {},
): RemoteCommand => ({
  id: crypto.randomUUID(),
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(json ?? {})).toString('base64'),
  actor_id: null,
  created_at: new Date(0).toISOString(),
  expires_in_ms: 3_600_000,
  expect: null,
  cancelled: false,
  attempts: 0,
  ...command,
});

/** Brings a command as the daemon does. */
export async function bring(
  { url, directory }: Venue,
  command: unknown,
): Promise<Pick<Answer, 'status'> & { body: CommandOutcome }> {
  const answer = await fetch(`${url}/api/replication/commands`, {
    method: 'POST',
    headers: { ...asService(directory), 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  return { status: answer.status, body: (await answer.json()) as CommandOutcome };
}
