import type { SignedInUser } from '../../../contract/auth.ts';
import type { Clock } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { createTurns } from '../../platform/turns.ts';
import { authProblems } from './auth-problems.ts';
import type { UserRow } from './auth-tables.ts';
import type { Passwords } from './passwords.ts';
import { failuresPerAddress, failuresPerUser, secondsToWait } from './sign-in-limit.ts';
import type { SignInRecords } from './sign-in-records.ts';
import type { Tokens } from './tokens.ts';
import { usernameKey } from './usernames.ts';

export interface SignInDeps {
  records: SignInRecords;
  clock: Pick<Clock, 'now'>;
  passwords: Pick<Passwords, 'verify'>;
  tokens: Tokens;
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

/** Who is it: by name and password, or by a token. */
export function createSignIn({ records, clock, passwords, tokens }: SignInDeps) {
  const oneGuessAtATime = createTurns(1);
  /** A name is counted by address: a stranger on the Wi-Fi who guesses must not lock the venue's tablet out. */
  const userFrom = (key: string, address: string) => `user:${key}@${address}`;
  const subjectsOf = (key: string, address: string) => [
    { subject: userFrom(key, address), limit: failuresPerUser },
    { subject: `address:${address}`, limit: failuresPerAddress },
  ];

  async function refuseTooManyTries(subjects: ReturnType<typeof subjectsOf>): Promise<void> {
    for (const { subject, limit } of subjects) {
      const wait = secondsToWait(await records.failuresOf(subject), limit, clock.now());
      if (wait !== null)
        throw new Problem(authProblems.too_many_sign_ins, undefined, { retry_after_seconds: wait });
    }
  }

  async function guess(key: string, password: string, address: string): Promise<UserRow> {
    const user = await records.userByKey(key);
    const usable = user?.disabled_at === null ? user : undefined;
    if ((await passwords.verify(usable?.password_hash, password)) && usable !== undefined) {
      await records.forgetFailures(userFrom(key, address));
      return usable;
    }
    await records.countFailures(
      subjectsOf(key, address).map(({ subject }) => subject),
      clock.now(),
    );
    throw new Problem(authProblems.wrong_credentials);
  }

  return {
    /**
     * The user with this name and password. Throws `wrong_credentials`, or `too_many_sign_ins` without even hashing.
     */
    async verifyPassword(username: string, password: string, address: string): Promise<UserRow> {
      const key = usernameKey(username);
      const subjects = subjectsOf(key, address);
      await refuseTooManyTries(subjects);
      // A thousand guesses in the same moment are a thousand guesses: each sees the failures of those before it.
      return oneGuessAtATime(async () => {
        await refuseTooManyTries(subjects);
        return guess(key, password, address);
      });
    },
    /**
     * Whether somebody here has this name and password; a wrong one is not held against anybody. For whoever holds one
     * sign-in against several places, and lets the failure count when it fits nowhere. Throws `too_many_sign_ins`.
     */
    async recognises(username: string, password: string, address: string): Promise<boolean> {
      const key = usernameKey(username);
      const user = await records.userByKey(key);
      if (user?.disabled_at !== null) return false;
      return oneGuessAtATime(async () => {
        await refuseTooManyTries(subjectsOf(key, address));
        return passwords.verify(user.password_hash, password);
      });
    },
    /** Whether a user who was verified is still who they were: not disabled, and with the same password. */
    async isStill(user: UserRow): Promise<boolean> {
      const current = await records.userById(user.id);
      return current?.disabled_at === null && current.password_hash === user.password_hash;
    },
    /** Who a token speaks for, and a newer token once it is past half its life. Throws `token_invalid`. */
    async verifyToken(token: string) {
      const now = clock.now();
      const verified = await tokens.verify(token, now);
      const user = verified === null ? undefined : await records.userOfLiveSession(verified.sessionId, now);
      if (verified === null || user === undefined) throw new Problem(authProblems.token_invalid);
      const pastHalf = now - verified.issuedAt > (verified.expiresAt - verified.issuedAt) / 2;
      return {
        principal: principalOf(user, verified.sessionId),
        expiresAt: verified.expiresAt,
        ...(pastHalf ? { renewed: await tokens.issue(user.id, verified.sessionId, now) } : {}),
      };
    },
  };
}
export type SignIn = ReturnType<typeof createSignIn>;
