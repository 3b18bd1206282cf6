import type { Command, CommandStatus } from '@dugout/appliance/contract/replication.ts';

/** How a remote action ended: as it was asked, or not, with a code to say why. */
export type Verdict =
  | { state: 'waiting' }
  | { state: 'done'; answer: unknown }
  | { state: 'failed'; code: string };

const waiting: ReadonlySet<CommandStatus> = new Set(['queued', 'sent']);

/** Whether the venue has not yet decided. */
export function isWaiting({ status }: Pick<Command, 'status'>): boolean {
  return waiting.has(status);
}

/** What has become of a remote action. Only what the venue says it has done is done. */
export function verdictOf({
  status,
  answer,
  problem,
}: Pick<Command, 'status' | 'answer' | 'problem'>): Verdict {
  if (waiting.has(status)) return { state: 'waiting' };
  if (status === 'applied') return { state: 'done', answer: answer?.body };
  return { state: 'failed', code: problem?.code ?? `action_${status}` };
}

/** Whether its sender may still take it back. That is a wish, too: the venue decides. */
export function isCancellable(command: Pick<Command, 'status' | 'cancel_asked_at'>): boolean {
  return isWaiting(command) && command.cancel_asked_at === null;
}

const actOnGame = /^(?:\/api)?\/games\/(?<gameId>[^/?]+)\/(?<verb>[a-z-]+)\/?(?:\?|$)/u;

/** The game that a remote action is about, and what is asked of it; undefined when it is about something else. */
export function gameOf({
  method,
  path,
}: Pick<Command, 'method' | 'path'>): { gameId: string; verb: string } | undefined {
  const { gameId, verb } = (method === 'POST' && actOnGame.exec(path)?.groups) || {};
  return gameId === undefined || verb === undefined ? undefined : { gameId, verb };
}

/** What waits for the venue, by the game it is about. The newest counts: it was asked with the others in sight. */
export function waitingByGame(commands: readonly Command[]): ReadonlyMap<string, Command> {
  const byGame = new Map<string, Command>();
  for (const command of commands.toSorted((a, b) => a.created_at.localeCompare(b.created_at))) {
    const game = isWaiting(command) ? gameOf(command) : undefined;
    if (game) byGame.set(game.gameId, command);
  }
  return byGame;
}
