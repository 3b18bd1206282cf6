import { createHash } from 'node:crypto';
import type { CommandStatus, RemoteCommand } from '@dugout/appliance/contract/replication.ts';
import { type Clock, toMoment } from '@dugout/appliance/platform/clock.ts';
import { Problem, type ProblemKind } from '@dugout/appliance/platform/errors.ts';
import { httpProblems } from '@dugout/appliance/platform/http/http-problems.ts';
import { problemReply } from '@dugout/appliance/platform/http/problem-document.ts';
import { remoteTerms, type Subject, versionOf } from '@dugout/appliance/platform/http/remote.ts';
import type { Reply, Route, RouteRequest } from '@dugout/appliance/platform/http/route.ts';
import type { AsSent } from '@dugout/appliance/platform/http/serving.ts';
import type { Ids } from '@dugout/appliance/platform/ids.ts';
import { PostgresFailure } from '../postgres/failure.ts';
import { type CommandState, commandsStore } from './commands-store.ts';
import { postgresReader } from './postgres-reader.ts';
import { replicaProblems } from './replica-problems.ts';
import type { Results } from './results.ts';
import { ageHeaders } from './site-age.ts';
import type { Moment, SiteTransactions } from './site-transactions.ts';

export interface CommandsDeskDeps {
  readonly transactions: SiteTransactions;
  readonly results: Pick<Results, 'heard' | 'next'>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** How long somebody waits for the venue's own answer, in milliseconds. */
  readonly waitMs: number;
}

/** A result that nobody tells of is found by looking. */
const lookEveryMs = 500;
/** As many of one venue's commands may wait for it; strangers have a part of them. */
const mayWait = { all: 5_000, ofStrangers: 1_000 };
/** Headers of a request that mean something to the venue. */
const travelling = ['content-type', 'x-twilio-signature'];

/** What is told in place of an answer of the venue. */
const withoutAnswer: Partial<Record<CommandStatus, ProblemKind>> = {
  expired: replicaProblems.action_expired,
  cancelled: replicaProblems.action_cancelled,
  failed: replicaProblems.action_failed,
  needs_review: replicaProblems.action_needs_review,
};

export const isOpen = ({ status }: Pick<CommandState, 'status'>): boolean =>
  status === 'queued' || status === 'sent';

/** Where a request that changes something becomes a command, and waits a moment for the venue's own answer. */
export function createCommandsDesk({ transactions, results, clock, ids, waitMs }: CommandsDeskDeps) {
  type Request = RouteRequest<unknown, unknown, unknown>;

  /** Stores the command; answers its id, which is an earlier one's when the same was asked before under its key. */
  async function store(site: string, route: Route, request: Request, sent: AsSent): Promise<string> {
    const { principal } = request;
    const terms = remoteTerms(route.remote === 'venue_only' ? {} : route.remote);
    const id = ids.next();
    const key = sent.key ?? id;
    const { method, path, bytes } = sent;
    const fingerprint = createHash('sha256').update(`${method} ${path}\n`).update(bytes).digest('hex');
    const decide = async (moment: Moment): Promise<string> => {
      const { connection } = moment;
      const known = await commandsStore.byKey(connection, principal.userId, key);
      if (known !== undefined) {
        if (known.fingerprint !== fingerprint) throw new Problem(httpProblems.idempotency_key_reused);
        return known.id;
      }
      await refuseTooMany(moment, principal.userId);
      await commandsStore.insert(connection, {
        id,
        site,
        key,
        fingerprint,
        actor: { id: principal.userId, name: principal.username, role: principal.role },
        method,
        path,
        summary: route.summary,
        headers: headersOf(request),
        body: bytes,
        expect: await expectation(moment, terms.about, request.params),
        expiresAfterMs: terms.expiresAfterMs,
      });
      await commandsStore.ring(connection, site);
      return id;
    };
    return twiceAtMost(() => transactions.decide(site, decide));
  }

  /** Answers as the venue does, if it does in time; else says that the command is on its way. */
  async function outcome(site: string, id: string): Promise<Reply> {
    const until = clock.monotonic() + waitMs;
    for (;;) {
      const heard = results.heard(site);
      const { state, headers } = await transactions.read(site, async ({ connection, watermark }) => ({
        state: await commandsStore.state(connection, id),
        headers: ageHeaders(watermark),
      }));
      if (state === undefined) throw new Error('a command that was stored is not there');
      if (!isOpen(state)) {
        await transactions.write(site, (connection) => commandsStore.forgetBodies(connection));
        return answerOf(state, headers);
      }
      const left = until - clock.monotonic();
      if (left <= 0) return queued(state, headers);
      await results.next(site, heard, Math.min(left, lookEveryMs));
    }
  }

  return {
    async ask(site: string, route: Route, request: Request, sent: AsSent): Promise<Reply> {
      return outcome(site, await store(site, route, request, sent));
    },
  };
}
export type CommandsDesk = ReturnType<typeof createCommandsDesk>;

async function refuseTooMany({ connection }: Moment, actorId: string): Promise<void> {
  const tooMany =
    (await commandsStore.waiting(connection)) >= mayWait.all ||
    (actorId === '' && (await commandsStore.waiting(connection, actorId)) >= mayWait.ofStrangers);
  if (tooMany)
    throw new Problem(replicaProblems.too_many_remote_actions, undefined, { retry_after_seconds: 60 });
}

/** The row that it is about, as whoever asks sees it; none when there is none here. */
async function expectation(
  { connection }: Moment,
  about: Subject | undefined,
  params: unknown,
): Promise<RemoteCommand['expect']> {
  const key = about === undefined ? undefined : (params as Readonly<Record<string, unknown>>)[about.param];
  if (about === undefined || typeof key !== 'string') return null;
  const version = await postgresReader(connection).get(versionOf(about), { key });
  return version === undefined ? null : { table: about.table.name, key, version: { ...version } };
}

function headersOf({ headers }: Pick<RouteRequest<unknown, unknown, unknown>, 'headers'>) {
  return Object.fromEntries(
    travelling.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** Two who use one key in the same moment: the later one finds what the first has stored. */
async function twiceAtMost<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem && isRivalry(error.cause))) throw error;
    return work();
  }
}
const isRivalry = (cause: unknown): boolean =>
  cause instanceof PostgresFailure && (cause.code === '40001' || cause.code === '23505');

const queued = ({ id, status, expires_at }: CommandState, headers: Reply['headers']): Reply => ({
  status: 202,
  body: { command_id: id, status, expires_at: toMoment(expires_at) },
  headers: { ...headers, 'command-id': id, location: `/api/commands/${id}` },
});

function answerOf(state: CommandState, headers: Reply['headers']): Reply {
  const { id, status, answer } = state;
  const own = { ...headers, 'command-id': id };
  if (answer === null) {
    const kind = withoutAnswer[status] ?? replicaProblems.action_failed;
    const reply = problemReply(new Problem(kind, undefined, { command_id: id }));
    return { ...reply, headers: { ...reply.headers, ...own } };
  }
  const { body } = answer;
  return {
    status: answer.status,
    headers: { ...answer.headers, ...own },
    ...(body === null || body === undefined ? {} : { body: typeof body === 'object' ? body : String(body) }),
  };
}
