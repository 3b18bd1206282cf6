import type { Reader, Transaction } from '../database/transaction.ts';
import type { Idempotency } from './idempotency.ts';
import type { Reply, Route, RouteRequest } from './route.ts';

/** The request as it was sent, beside what was made of it. */
export interface AsSent {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
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
  if (sent.key === undefined) return work();
  const { method, bytes, key, requestId, params } = sent;
  const { principal, at } = request;
  // An alias, or a trailing slash, names the same thing.
  const path = `${route.path} ${JSON.stringify(params)}`;
  return idempotency.once(transaction, { key, method, path, body: bytes, principal, at, requestId }, work);
}

/** Serves routes at the venue: reads from its database, writes in one transaction each. */
export const createServing =
  ({ database, idempotency }: ServingDeps): Serve =>
  async (route, request, sent) => {
    if (route.read !== undefined) return route.read(request, database.reader);
    const prepared = await route.prepare?.(request);
    return database.write((transaction) =>
      answerIn(idempotency, transaction, { route, request, sent, prepared }),
    );
  };
