import type { Problem } from '@dugout/appliance/contract/problems.ts';
import type { QueuedCommand } from '@dugout/appliance/contract/replication.ts';

/** The appliance answered, and said no. Screens decide by `code`, never by a text. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}`);
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The refused fields of the request, by their last name: `/player/phone` is `phone`. */
  get fields(): string[] {
    return (this.problem.errors ?? []).map(({ pointer }) => pointer.slice(pointer.lastIndexOf('/') + 1));
  }
}

/** Nobody answered: the Wi-Fi, the cable or the appliance is away, or it took too long. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly code = 'unreachable';
}

/**
 * The replica keeps it for the venue, which has not answered yet: neither done nor refused. Thrown rather than
 * returned, so that nobody who forgets of it takes it for done.
 */
export class Queued extends Error {
  override readonly name = 'Queued';
  readonly code = 'queued';
  readonly command: QueuedCommand;

  constructor(command: QueuedCommand) {
    super(`command ${command.command_id}`);
    this.command = command;
  }
}

/** The stable code of whatever a request ended with. */
export function codeOf(error: unknown): string {
  const known = error instanceof Refusal || error instanceof Unreachable || error instanceof Queued;
  return known ? error.code : 'unknown';
}

/**
 * Whether the same request, sent again later with the same key, may do better: nobody answered, or the appliance was
 * not well or too busy.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  if (!(error instanceof Refusal)) return false;
  return error.status >= 500 || error.status === 429;
}
