import type { Role, SignedInUser } from '../../../contract/auth.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { Ids } from '../../platform/ids.ts';
import { createTurns } from '../../platform/turns.ts';
import { authProblems } from './auth-problems.ts';
import { authStore } from './auth-store.ts';
import type { UserRow } from './auth-tables.ts';
import type { Passwords } from './passwords.ts';
import { afterFailure, failuresPerAddress, failuresPerUser, secondsToWait } from './sign-in-limit.ts';
import type { Tokens } from './tokens.ts';
import { usernameKey } from './usernames.ts';

/** A session outlives its tokens, but not for ever. */
const sessionLifeMs = 30 * 24 * 3_600_000;

export interface AuthServiceDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  passwords: Passwords;
  tokens: Tokens;
}

export interface NewUser {
  username: string;
  role: Role;
  passwordHash: string;
  playerId?: string | null;
}

export const principalOf = (user: UserRow, sessionId: string | null): Principal => ({
  userId: user.id,
  username: user.username,
  role: user.role,
  playerId: user.player_id,
  sessionId,
});

export const signedInUser = (user: UserRow): SignedInUser => ({
  id: user.id,
  username: user.username,
  role: user.role,
  player_id: user.player_id,
});

export function createAuthService({ database, clock, ids, passwords, tokens }: AuthServiceDeps) {
  const oneGuessAtATime = createTurns(1);
  /** A name is counted by address: a stranger on the Wi-Fi who guesses must not lock the venue's tablet out. */
  const userFrom = (key: string, address: string) => `user:${key}@${address}`;
  const subjectsOf = (key: string, address: string) => [
    { subject: userFrom(key, address), limit: failuresPerUser },
    { subject: `address:${address}`, limit: failuresPerAddress },
  ];

  function refuseTooManyTries(subjects: ReturnType<typeof subjectsOf>): void {
    for (const { subject, limit } of subjects) {
      const wait = secondsToWait(authStore.failuresOf(database.now, subject), limit, clock.now());
      if (wait !== null)
        throw new Problem(authProblems.too_many_sign_ins, undefined, { retry_after_seconds: wait });
    }
  }

  /**
   * The user with this name and password. Throws `wrong_credentials`, or `too_many_sign_ins` without even hashing.
   */
  async function verifyPassword(username: string, password: string, address: string): Promise<UserRow> {
    const key = usernameKey(username);
    const subjects = subjectsOf(key, address);
    refuseTooManyTries(subjects);
    // A thousand guesses in the same moment are a thousand guesses: each sees the failures of those before it.
    return oneGuessAtATime(() => {
      refuseTooManyTries(subjects);
      return guess(key, password, address);
    });
  }

  async function guess(key: string, password: string, address: string): Promise<UserRow> {
    const user = authStore.userByKey(database.now, key);
    const usable = user?.disabled_at === null ? user : undefined;
    if ((await passwords.verify(usable?.password_hash, password)) && usable !== undefined) {
      await forgetFailures(userFrom(key, address));
      return usable;
    }
    await database.write((tx) => {
      for (const { subject } of subjectsOf(key, address)) {
        const next = afterFailure(authStore.failuresOf(tx, subject), clock.now());
        authStore.putFailures(tx, { subject, ...next });
      }
    });
    throw new Problem(authProblems.wrong_credentials);
  }

  async function forgetFailures(subject: string): Promise<void> {
    if (authStore.failuresOf(database.now, subject) === undefined) return;
    await database.write((tx) => authStore.deleteFailures(tx, subject));
  }

  return {
    verifyPassword,
    /** Opens a session; its first token is issued by `tokens`. */
    startSession(tx: Transaction, userId: string, sessionId: string): void {
      const now = clock.now();
      authStore.insertSession(tx, {
        id: sessionId,
        user_id: userId,
        created_at: now,
        expires_at: now + sessionLifeMs,
        ended_at: null,
      });
    },
    endSession: (tx: Transaction, sessionId: string) => authStore.endSession(tx, sessionId, clock.now()),
    /** Who a token speaks for, and a newer token once it is past half its life. Throws `token_invalid`. */
    async verifyToken(token: string) {
      const now = clock.now();
      const verified = await tokens.verify(token, now);
      const user =
        verified === null ? undefined : authStore.userOfLiveSession(database.now, verified.sessionId, now);
      if (verified === null || user === undefined) throw new Problem(authProblems.token_invalid);
      const pastHalf = now - verified.issuedAt > (verified.expiresAt - verified.issuedAt) / 2;
      return {
        principal: principalOf(user, verified.sessionId),
        expiresAt: verified.expiresAt,
        ...(pastHalf ? { renewed: await tokens.issue(user.id, verified.sessionId, now) } : {}),
      };
    },
    /** Makes a user. Throws `username_taken`. */
    addUser(tx: Transaction, { username, role, passwordHash, playerId = null }: NewUser): UserRow {
      const key = usernameKey(username);
      if (authStore.userByKey(tx, key) !== undefined) throw new Problem(authProblems.username_taken);
      const user: UserRow = {
        id: ids.next(),
        username,
        username_key: key,
        role,
        password_hash: passwordHash,
        player_id: playerId,
        created_at: clock.now(),
        disabled_at: null,
      };
      authStore.insertUser(tx, user);
      return user;
    },
    /** No sign-in any more, and every session ends now. */
    disableUser(tx: Transaction, userId: string): void {
      authStore.setDisabled(tx, userId, clock.now());
      authStore.endSessionsOf(tx, userId, clock.now());
    },
  };
}
export type AuthService = ReturnType<typeof createAuthService>;
