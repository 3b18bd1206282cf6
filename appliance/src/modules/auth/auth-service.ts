import type { Role } from '../../../contract/auth.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import type { Ids } from '../../platform/ids.ts';
import { authProblems } from './auth-problems.ts';
import { authStore } from './auth-store.ts';
import type { UserRow } from './auth-tables.ts';
import { sessionLifeMs } from './tokens.ts';
import { usernameKey } from './usernames.ts';

export interface AuthServiceDeps {
  clock: Pick<Clock, 'now'>;
  ids: Ids;
}

export interface NewUser {
  username: string;
  role: Role;
  passwordHash: string;
  playerId?: string | null;
}

export const createAuthService = ({ clock, ids }: AuthServiceDeps) => ({
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
});
export type AuthService = ReturnType<typeof createAuthService>;
