import { parse } from 'node:querystring';
import {
  type CommandOutcome,
  type RemoteCommand,
  triesBeforeGivingUp,
  type VenueAnswer,
} from '../../../contract/replication.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { refuseOthers } from '../../platform/http/access.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { anonymous, type Principal } from '../../platform/http/principal.ts';
import { problemReply } from '../../platform/http/problem-document.ts';
import { remoteTerms, versionOf } from '../../platform/http/remote.ts';
import { defaultBodyLimit, type Reply, type Route, type RouteRequest } from '../../platform/http/route.ts';
import { createRouter } from '../../platform/http/router.ts';
import { wellFormed } from '../../platform/http/well-formed.ts';
import type { AuthModule } from '../auth/index.ts';
import { commandsStore } from './commands-store.ts';
import { createConflictWording } from './conflict-wording.ts';
import { keptAnswer } from './kept-answer.ts';
import { changedColumns, endedUntried } from './replication.ts';
import { replicationProblems } from './replication-problems.ts';
import type { CommandInboxRow } from './replication-tables.ts';

type Request = RouteRequest<unknown, unknown, unknown>;

/** A command that may be tried: its route, its request, and what was made ready outside the transaction. */
interface Ready {
  readonly route: Route;
  readonly request: Request;
  /** A problem when making ready found one: whoever was faster at the venue is told first. */
  readonly prepared: { readonly value: unknown } | { readonly problem: Problem };
}

export interface Prepared {
  /** On the monotonic clock: after it the command is not done any more. */
  readonly deadline: number;
  /** What may be tried, the problem for which it is refused, or nothing where it is not looked at. */
  readonly work: Ready | Problem | null;
}

type Result = Pick<CommandInboxRow, 'status' | 'code'> & { answer: VenueAnswer | null };

export interface CommandsServiceDeps {
  readonly database: Pick<Database, 'now'>;
  readonly clock: Clock;
  readonly auth: Pick<AuthModule, 'principalNow'>;
  /** All that the venue serves. */
  readonly routes: () => readonly Route[];
  readonly timezone: string;
}

/** What a caller did wrong is an answer; a fault of ours, or that we cannot just now, is none. */
const isAnswer = (error: unknown): error is Problem =>
  error instanceof Problem && error.kind.status < 500 && error.kind.status !== 429;

const refused = (status: 'rejected' | 'conflict', problem: Problem): Result => ({
  status,
  code: problem.kind.code,
  answer: keptAnswer(problemReply(problem)),
});

const endedSoFar = ({ cancelled, attempts }: RemoteCommand, timeLeftMs: number) =>
  endedUntried({ cancelled, triesLeft: triesBeforeGivingUp - attempts }, timeLeftMs);

const outcomeOf = ({ status, answer }: CommandInboxRow): CommandOutcome => ({
  status,
  answer: answer === null ? null : (JSON.parse(answer) as VenueAnswer),
});

/**
 * Does at the venue what was asked for from afar, by the venue's own routes and as the user who asked. Its effect and
 * the row that says what became of it are one commit: delivered twice, at the same time, or again after a crash, a
 * command is done once.
 */
export function createCommandsService(deps: CommandsServiceDeps) {
  const { database, clock, auth } = deps;
  const wordConflict = createConflictWording(deps.timezone);
  let router: ReturnType<typeof createRouter> | undefined;

  /** Who asked, as the venue knows them now. */
  function actorOf(reads: Parameters<typeof auth.principalNow>[0], actorId: string | null): Principal {
    if (actorId === null) return anonymous;
    const principal = auth.principalNow(reads, actorId);
    if (principal === null) throw new Problem(replicationProblems.actor_unknown);
    return principal;
  }

  function routeOf(method: string, path: string) {
    router ??= createRouter(deps.routes());
    const match = router.find(method, path);
    if (match.route !== undefined) {
      if (match.route.remote === 'venue_only') throw new Problem(replicationProblems.not_from_afar);
      return match;
    }
    if (match.allow.length === 0) throw new Problem(httpProblems.not_found);
    throw new Problem(httpProblems.method_not_allowed, undefined, { allow: match.allow });
  }

  async function makeReady(command: RemoteCommand, at: number, address: string): Promise<Ready> {
    const [path = '', query = ''] = command.path.split(/\?(.*)/su, 2);
    const { route, params } = routeOf(command.method, path);
    const principal = actorOf(database.now, command.actor_id);
    refuseOthers(route.access, principal);
    const bytes = Buffer.from(command.body, 'base64');
    const limit = route.bodyLimit ?? defaultBodyLimit;
    if (bytes.length > limit)
      throw new Problem(httpProblems.body_too_large, undefined, { limit_bytes: limit });
    const { headers } = command;
    const request = wellFormed(route, {
      params,
      query: parse(query),
      headers,
      bytes,
      principal,
      at,
      address,
    });
    try {
      return { route, request, prepared: { value: await route.prepare?.(request) } };
    } catch (problem) {
      if (!isAnswer(problem)) throw problem;
      return { route, request, prepared: { problem } };
    }
  }

  /** Throws `changed_meanwhile` when the row is no longer what the sender saw. A row that is gone is the route's own to tell. */
  function refuseWhenChanged(tx: Transaction, { expect }: RemoteCommand, { route, request }: Ready): void {
    const about = route.remote === 'venue_only' ? undefined : remoteTerms(route.remote).about;
    if (about === undefined || expect === null || expect.table !== about.table.name) return;
    const key = String((request.params as Readonly<Record<string, unknown>>)[about.param]);
    const current = tx.get(versionOf(about), { key });
    if (current === undefined) return;
    const changed = changedColumns(expect.version, current);
    if (changed.length === 0) return;
    const lastChange = about.lastChange?.(tx, key);
    throw wordConflict({ expected: expect.version, current, changed, lastChange });
  }

  function answerOf(tx: Transaction, command: RemoteCommand, ready: Ready): Reply {
    const { route, prepared } = ready;
    const principal = actorOf(tx, command.actor_id);
    refuseOthers(route.access, principal);
    refuseWhenChanged(tx, command, ready);
    if ('problem' in prepared) throw prepared.problem;
    return route.write?.(tx, { ...ready.request, principal }, prepared.value) ?? { status: 204 };
  }

  function resultOf(tx: Transaction, command: RemoteCommand, { deadline, work }: Prepared): Result {
    const ended = endedSoFar(command, deadline - clock.monotonic());
    if (ended !== null) return { status: ended, code: null, answer: null };
    if (work === null) throw new Error('a command that is to be tried was not made ready');
    if (work instanceof Problem) return refused('rejected', work);
    try {
      const answer = keptAnswer(tx.attempt(() => answerOf(tx, command, work)));
      return { status: answer.status < 400 ? 'applied' : 'rejected', code: null, answer };
    } catch (error) {
      if (!isAnswer(error)) throw error;
      return refused(error.kind === replicationProblems.changed_meanwhile ? 'conflict' : 'rejected', error);
    }
  }

  return {
    /** What has to be done before the transaction opens. Throws a fault of ours, and then the command is brought again. */
    async prepare(command: RemoteCommand, at: number, address: string): Promise<Prepared> {
      const deadline = clock.monotonic() + command.expires_in_ms;
      const isOver =
        commandsStore.byId(database.now, command.id) !== undefined ||
        endedSoFar(command, command.expires_in_ms) !== null;
      if (isOver) return { deadline, work: null };
      const work = await makeReady(command, at, address).catch((error: unknown) => {
        if (isAnswer(error)) return error;
        throw error;
      });
      return { deadline, work };
    },
    /** What became of the command: now, or when it came first. Throws a fault of ours, and then nothing of it is stored. */
    execute(tx: Transaction, command: RemoteCommand, prepared: Prepared): CommandOutcome {
      const known = commandsStore.byId(tx, command.id);
      if (known !== undefined) return outcomeOf(known);
      const { status, code, answer } = resultOf(tx, command, prepared);
      commandsStore.insert(tx, {
        command_id: command.id,
        status,
        code,
        answer: answer === null ? null : JSON.stringify(answer),
        method: command.method,
        path: command.path,
        actor_id: command.actor_id,
        asked_at: Date.parse(command.created_at),
        executed_at: clock.now(),
      });
      return { status, answer };
    },
  };
}
export type CommandsService = ReturnType<typeof createCommandsService>;
