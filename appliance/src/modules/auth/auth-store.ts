import { insertInto, type Placeholders, queriesOver } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import { type SessionRow, type SignInFailureRow, sessions, type UserRow, users } from './auth-tables.ts';

const query = queriesOver<{ users: UserRow; sessions: SessionRow; sign_in_failures: SignInFailureRow }>();

const insertUser = insertInto(users);
const insertSession = insertInto(sessions);
const userById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('users').selectAll().where('id', '=', p.id),
);
export const userByKey = query((db, p: Placeholders<{ key: string }>) =>
  db.selectFrom('users').selectAll().where('username_key', '=', p.key),
);
const anyUser = query((db, _: Placeholders<object>) => db.selectFrom('users').select('id').limit(1));
const liveSession = query((db, p: Placeholders<{ id: string; now: number }>) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .where('sessions.id', '=', p.id)
    .where('sessions.ended_at', 'is', null)
    .where('sessions.expires_at', '>', p.now)
    .where('users.disabled_at', 'is', null),
);
const endSession = query((db, p: Placeholders<{ id: string; now: number }>) =>
  db.updateTable('sessions').set({ ended_at: p.now }).where('id', '=', p.id).where('ended_at', 'is', null),
);
const endSessionsOf = query((db, p: Placeholders<{ user_id: string; now: number }>) =>
  db
    .updateTable('sessions')
    .set({ ended_at: p.now })
    .where('user_id', '=', p.user_id)
    .where('ended_at', 'is', null),
);
const setDisabled = query((db, p: Placeholders<{ id: string; disabled_at: number | null }>) =>
  db.updateTable('users').set({ disabled_at: p.disabled_at }).where('id', '=', p.id),
);
const setPasswordHash = query((db, p: Placeholders<{ id: string; password_hash: string }>) =>
  db.updateTable('users').set({ password_hash: p.password_hash }).where('id', '=', p.id),
);
const failuresOf = query((db, p: Placeholders<{ subject: string }>) =>
  db.selectFrom('sign_in_failures').selectAll().where('subject', '=', p.subject),
);
const putFailures = query((db, p: Placeholders<SignInFailureRow>) =>
  db
    .insertInto('sign_in_failures')
    .values({ subject: p.subject, failures: p.failures, first_at: p.first_at })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet({ failures: p.failures, first_at: p.first_at }),
    ),
);
const deleteFailures = query((db, p: Placeholders<{ subject: string }>) =>
  db.deleteFrom('sign_in_failures').where('subject', '=', p.subject),
);
const deleteSessionsBefore = query((db, p: Placeholders<{ before: number }>) =>
  db.deleteFrom('sessions').where('expires_at', '<', p.before),
);
const deleteFailuresBefore = query((db, p: Placeholders<{ before: number }>) =>
  db.deleteFrom('sign_in_failures').where('first_at', '<', p.before),
);

type Reads = Pick<Statements, 'all' | 'get'>;

export const authStore = {
  insertUser: (tx: Transaction, user: UserRow) => tx.run(insertUser, user),
  insertSession: (tx: Transaction, session: SessionRow) => tx.run(insertSession, session),
  userById: (reads: Reads, id: string) => reads.get(userById, { id }),
  userByKey: (reads: Reads, key: string) => reads.get(userByKey, { key }),
  isEmpty: (reads: Reads) => reads.get(anyUser, {}) === undefined,
  userOfLiveSession: (reads: Reads, id: string, now: number) => reads.get(liveSession, { id, now }),
  endSession: (tx: Transaction, id: string, now: number) => tx.run(endSession, { id, now }),
  endSessionsOf: (tx: Transaction, userId: string, now: number) =>
    tx.run(endSessionsOf, { user_id: userId, now }),
  setDisabled: (tx: Transaction, id: string, at: number | null) =>
    tx.run(setDisabled, { id, disabled_at: at }),
  setPasswordHash: (tx: Transaction, id: string, hash: string) =>
    tx.run(setPasswordHash, { id, password_hash: hash }),
  failuresOf: (reads: Reads, subject: string) => reads.get(failuresOf, { subject }),
  putFailures: (tx: Transaction, row: SignInFailureRow) => tx.run(putFailures, row),
  deleteFailures: (tx: Transaction, subject: string) => tx.run(deleteFailures, { subject }),
  /** What no sign-in can need any more. */
  forgetBefore(tx: Transaction, before: number): void {
    tx.run(deleteSessionsBefore, { before });
    tx.run(deleteFailuresBefore, { before });
  },
};
