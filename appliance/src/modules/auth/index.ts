/**
 * Auth: who is it, and are they still signed in?
 *
 * Owns `users`, `sessions`, `sign_in_failures`. Calls no other module. Publishes nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../../contract/auth.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { Statements } from '../../platform/database/transaction.ts';
import type { Principal } from '../../platform/http/principal.ts';
import type { Ids } from '../../platform/ids.ts';
import { authRoutes } from './auth-routes.ts';
import { forgetEndedSessions } from './auth-schedules.ts';
import { createAuthService } from './auth-service.ts';
import { authStore } from './auth-store.ts';
import { sessions, signInFailures, users } from './auth-tables.ts';
import { createPasswords } from './passwords.ts';
import { createRequestAuthentication, namedIn } from './request-authentication.ts';
import { recordsIn, type SignInRecords } from './sign-in-records.ts';
import { createSignIn, principalOf } from './sign-in-service.ts';
import { brokerOf, createTokens, mqttTokenLifeMs } from './tokens.ts';

export { userByKey } from './auth-store.ts';
export type { UserRow } from './auth-tables.ts';
export { afterFailure } from './sign-in-limit.ts';
export type { SignInRecords } from './sign-in-records.ts';
export { signedInUser } from './sign-in-service.ts';
export { sessionLifeMs, tokenLifeMs } from './tokens.ts';

export const authTables = [users, sessions, signInFailures];

export interface AuthModuleDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  secretKey: string;
  siteId: string;
  dataDirectory: string;
  bootstrapPassword: string | undefined;
  tls: boolean;
}

/**
 * Signing in where the users are a copy: by the same rules, with records kept elsewhere and tokens for `audience` alone.
 */
export function createSignInDesk(deps: {
  records: SignInRecords;
  clock: Clock;
  secretKey: string;
  audience: string;
}) {
  const tokens = createTokens(deps.secretKey, deps.audience);
  const signIn = createSignIn({ ...deps, passwords: createPasswords(), tokens });
  return {
    authenticate: createRequestAuthentication(signIn, deps.clock),
    verifyPassword: signIn.verifyPassword,
    /** Whether Basic credentials are somebody's here; see `SignIn.recognises`. */
    recognises: (encoded: string, address: string) => signIn.recognises(...namedIn(encoded), address),
    issueToken: tokens.issue,
  };
}

/** Somebody on the other end of an MQTT connection. */
interface Connected {
  name: string;
  role: Role;
  userId: string;
  ownId?: string;
}

/** A device goes by its name in topics; a player by who they are, whatever they call themselves. */
const connected = ({ username: name, role, userId, playerId }: Principal): Connected | null => {
  if (role === 'anonymous' || role === 'service') return null;
  return role === 'player' ? { name, role, userId, ownId: playerId ?? '' } : { name, role, userId };
};

/** Made on the first start: the administrator, and the tablet and the rig of the game that came first. */
const automaticUsers: readonly { username: string; role: Role }[] = [
  { username: 'user', role: 'admin' },
  { username: 'mlbtablet', role: 'tablet' },
  { username: 'mlbvrgame', role: 'rig' },
];

export function createAuthModule(deps: AuthModuleDeps) {
  const { database, clock, ids, secretKey, siteId, tls } = deps;
  const passwords = createPasswords();
  const tokens = createTokens(secretKey, siteId);
  const auth = createAuthService({ clock, ids });
  const mqttTokens = createTokens(secretKey, brokerOf(siteId), mqttTokenLifeMs);
  const records = recordsIn(database);
  const signIn = createSignIn({ records, clock, passwords, tokens });
  const connectors = createSignIn({ records, clock, passwords, tokens: mqttTokens });
  const authenticate = createRequestAuthentication(signIn, clock);
  return {
    routes: authRoutes({ auth, signIn, tokens, mqttTokens, ids, tls }),
    schedules: [forgetEndedSessions(database, clock)],
    authenticate,
    hashPassword: passwords.hash,
    hashSecret: passwords.hashSecret,
    addUser: auth.addUser,
    disableUser: auth.disableUser,
    userByName: authStore.userByKey,
    /** Who a user is now; null when they are gone or disabled. */
    principalNow(reads: Pick<Statements, 'all' | 'get'>, userId: string): Principal | null {
      const user = authStore.userById(reads, userId);
      return user === undefined || user.disabled_at !== null ? null : principalOf(user, null);
    },
    /** For MQTT: the password is that of a user or a device, the token of somebody who is signed in, or one made for this. */
    async verifyConnection(username: string, password: string, address: string): Promise<Connected | null> {
      if (password.split('.').length === 3) {
        const { principal } = await connectors
          .verifyToken(password)
          .catch(() => signIn.verifyToken(password));
        return principal.username === username ? connected(principal) : null;
      }
      const encoded = Buffer.from(`${username}:${password}`).toString('base64');
      const verified = await authenticate({
        authorization: `Basic ${encoded}`,
        cookie: undefined,
        address,
      });
      return verified === null ? null : connected(verified.principal);
    },
    /**
     * Makes the automatic users on the first start. Answers their password when it was generated here, once; it is
     * also kept in `keys/bootstrap-password`, which only the appliance's own user can read.
     */
    async start(): Promise<string | null> {
      if (!authStore.isEmpty(database.now)) return null;
      const password = deps.bootstrapPassword ?? ids.code(12);
      // Kept before it counts: a power cut in between must not leave a password that nobody knows.
      if (deps.bootstrapPassword === undefined) keepPassword(deps.dataDirectory, password);
      const passwordHash = await passwords.hash(password);
      await database.write((tx) => {
        for (const user of automaticUsers) auth.addUser(tx, { ...user, passwordHash });
      });
      if (deps.bootstrapPassword !== undefined) return null;
      return password;
    },
  };
}

function keepPassword(dataDirectory: string, password: string): void {
  const keys = join(dataDirectory, 'keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  writeFileSync(join(keys, 'bootstrap-password'), `${password}\n`, { mode: 0o600 });
}

export type AuthModule = ReturnType<typeof createAuthModule>;
