import { createHash, type Hash } from 'node:crypto';
import { insertInto, type Placeholders, queriesOver } from '../database/query.ts';
import { blob, defineTable, integer, moment, type RowOf, text } from '../database/table.ts';
import type { Statements, Transaction } from '../database/transaction.ts';
import { Problem } from '../errors.ts';
import type { Sealer } from '../sealer.ts';
import { httpProblems } from './http-problems.ts';
import type { Principal } from './principal.ts';
import { problemReply } from './problem-document.ts';
import type { Reply } from './route.ts';

/** Answers already given, by key, so that a repeated request has its first answer again, also after a restart. */
export const idempotencyReplies = defineTable('idempotency_replies', {
  replication: 'local',
  key: ['scope', 'key'],
  columns: {
    scope: text('identifier'),
    key: text('none'),
    fingerprint: blob('none'),
    status: integer('none'),
    /** Sealed, because an answer can hold a token or a guest's details. */
    reply: blob('personal'),
    created_at: moment('none'),
  },
});

const query = queriesOver<{ idempotency_replies: RowOf<typeof idempotencyReplies> }>();
const insertReply = insertInto(idempotencyReplies);
const findReply = query((db, p: Placeholders<{ scope: string; key: string }>) =>
  db.selectFrom('idempotency_replies').selectAll().where('scope', '=', p.scope).where('key', '=', p.key),
);
const deleteBefore = query((db, p: Placeholders<{ before: number }>) =>
  db.deleteFrom('idempotency_replies').where('created_at', '<', p.before),
);

export interface KeyedRequest {
  key: string;
  /** Of method, path and body: see `fingerprintOf`. */
  fingerprint: Buffer;
  principal: Principal;
  at: number;
  requestId: string;
}

/** Begins the fingerprint of a request; its body is added as it comes, so that a large one holds up nobody. */
export const fingerprintOf = (method: string, path: string): Hash =>
  createHash('sha256').update(`${method} ${path}\n`);

export const keptForMs = 72 * 3_600_000;

/** IETF draft idempotency-key-header: a printable token; ours is at most 200 characters. */
export function idempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,200}$/u.test(header)) {
    throw new Problem(
      httpProblems.malformed_request,
      'Idempotency-Key must be 1 to 200 printable characters',
    );
  }
  return header;
}

const scopeOf = ({ principal }: KeyedRequest): string =>
  principal.userId === '' ? 'anonymous' : principal.userId;

export function createIdempotency(sealer: Sealer) {
  function answered(reads: Pick<Statements, 'get'>, request: KeyedRequest): Reply | undefined {
    const known = reads.get(findReply, { scope: scopeOf(request), key: request.key });
    if (known === undefined) return undefined;
    if (!request.fingerprint.equals(known.fingerprint))
      throw new Problem(httpProblems.idempotency_key_reused);
    return JSON.parse(sealer.open(known.reply).toString()) as Reply;
  }

  return {
    /** The answer that was given under this key already. Throws `idempotency_key_reused`. */
    answered,
    /**
     * Runs `handle` once per key. The first answer, a refusal included, is stored in the transaction of its effect;
     * a repetition gets that answer and has no effect. A failure that is our own is not remembered.
     */
    once(transaction: Transaction, request: KeyedRequest, handle: () => Reply): Reply {
      const known = answered(transaction, request);
      if (known !== undefined) return known;
      const reply = firstReply(transaction, request, handle);
      transaction.run(insertReply, {
        scope: scopeOf(request),
        key: request.key,
        fingerprint: request.fingerprint,
        status: reply.status,
        reply: sealer.seal(Buffer.from(JSON.stringify(reply))),
        created_at: request.at,
      });
      return reply;
    },
    forgetBefore: (transaction: Transaction, before: number): number =>
      transaction.run(deleteBefore, { before }),
  };
}
export type Idempotency = ReturnType<typeof createIdempotency>;

function firstReply(transaction: Transaction, request: KeyedRequest, handle: () => Reply): Reply {
  try {
    return transaction.attempt(handle);
  } catch (error) {
    if (error instanceof Problem && error.kind.status < 500 && error.kind.status !== 429) {
      return problemReply(error, request.requestId);
    }
    throw error;
  }
}
