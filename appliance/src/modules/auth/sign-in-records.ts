import type { Database } from '../../platform/database/database.ts';
import { authStore } from './auth-store.ts';
import type { UserRow } from './auth-tables.ts';
import { afterFailure, type Failures } from './sign-in-limit.ts';

/** What signing in reads and keeps: at the venue in its own database, for a replica in the cloud’s. */
export interface SignInRecords {
  userByKey(key: string): Promise<UserRow | undefined>;
  userById(id: string): Promise<UserRow | undefined>;
  /** The user of a session that has neither ended nor expired; none when the user is disabled. */
  userOfLiveSession(id: string, now: number): Promise<UserRow | undefined>;
  failuresOf(subject: string): Promise<Failures | undefined>;
  /** Counts one more failure of each; durable when it resolves. */
  countFailures(subjects: readonly string[], now: number): Promise<void>;
  forgetFailures(subject: string): Promise<void>;
}

export const recordsIn = (database: Pick<Database, 'write' | 'now'>): SignInRecords => ({
  userByKey: async (key) => authStore.userByKey(database.now, key),
  userById: async (id) => authStore.userById(database.now, id),
  userOfLiveSession: async (id, now) => authStore.userOfLiveSession(database.now, id, now),
  failuresOf: async (subject) => authStore.failuresOf(database.now, subject),
  countFailures: (subjects, now) =>
    database.write((tx) => {
      for (const subject of subjects) {
        const next = afterFailure(authStore.failuresOf(tx, subject), now);
        authStore.putFailures(tx, { subject, ...next });
      }
    }),
  async forgetFailures(subject) {
    if (authStore.failuresOf(database.now, subject) === undefined) return;
    await database.write((tx) => authStore.deleteFailures(tx, subject));
  },
});
