import type { Reader, Statements, Transaction } from '../database/transaction.ts';
import type { Idempotency, KeyedRequest } from './idempotency.ts';
import type { Reply, Route, RouteRequest } from './route.ts';

/** The request as it was sent, beside what was made of it. */
export interface AsSent {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
  /** Of method, canonical path, parameters and bytes. */
  readonly fingerprint: Buffer;
  readonly key: string | undefined;
  readonly requestId: string;
}

/** Answers a request that is well-formed and allowed. Throws a `Problem` for one that cannot be done. */
export type Serve = (
  route: Route,
  request: RouteRequest<unknown, unknown, unknown>,
  sent: AsSent,
) => Promise<Reply>;

export interface ServingDeps {
  readonly database: {
    write<Result>(work: (transaction: Transaction) => Result): Promise<Result>;
    readonly reader: Reader;
    readonly now: Pick<Statements, 'get'>;
  };
  readonly idempotency: Idempotency;
}

/** What a write route answers, made in `transaction`; the first answer of its key is the answer. */
export function answerIn(
  idempotency: Idempotency,
  transaction: Transaction,
  {
    route,
    request,
    sent,
    prepared,
  }: { route: Route; request: Parameters<Serve>[1]; sent: AsSent; prepared: unknown },
): Reply {
  const work = () => route.write?.(transaction, request, prepared) ?? { status: 204 };
  const keyed = keyedRequest(request, sent);
  return keyed === undefined ? work() : idempotency.once(transaction, keyed, work);
}

function keyedRequest({ principal, at }: Parameters<Serve>[1], sent: AsSent): KeyedRequest | undefined {
  const { key, fingerprint, requestId } = sent;
  return key === undefined ? undefined : { key, fingerprint, principal, at, requestId };
}

/** Serves routes at the venue: reads from its database, writes in one transaction each. */
export const createServing =
  ({ database, idempotency }: ServingDeps): Serve =>
  async (route, request, sent) => {
    if (route.read !== undefined) return route.read(request, database.reader);
    const keyed = route.prepare === undefined ? undefined : keyedRequest(request, sent);
    // What was answered already is not made ready once more.
    const known = keyed && idempotency.answered(database.now, keyed);
    if (known !== undefined) return known;
    const prepared = await route.prepare?.(request);
    return database.write((transaction) =>
      answerIn(idempotency, transaction, { route, request, sent, prepared }),
    );
  };
