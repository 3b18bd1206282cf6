import { hash, randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Authenticate, Principal } from '../../platform/http/principal.ts';
import type { UserRow } from './auth-tables.ts';
import { principalOf, type SignIn } from './sign-in-service.ts';

const rememberedForMs = 5 * 60_000;
const rememberedAtMost = 2_000;
/** Failures are kept by name, so a name cannot be as long as a header may be. */
const longestUsername = 100;

/**
 * HTTP authentication: bearer token, session cookie, or Basic for devices. Basic credentials that were right are
 * remembered for five minutes by a salted digest, so that a device does not pay a password hash per request, and
 * requests that arrive together share one check. A user who is disabled, or has another password, is not remembered.
 */
export function createRequestAuthentication(signIn: SignIn, clock: Clock): Authenticate {
  const salt = randomBytes(32).toString('base64');
  const remembered = new Map<string, { user: Promise<UserRow>; until: number }>();

  async function basic(encoded: string, address: string): Promise<Principal> {
    const digest = hash('sha256', salt + encoded, 'base64');
    const known = remembered.get(digest);
    if (known !== undefined && known.until > clock.monotonic()) {
      const user = await known.user;
      if (await signIn.isStill(user)) return principalOf(user, null);
      if (remembered.get(digest) === known) remembered.delete(digest);
      return basic(encoded, address);
    }
    const [oldest] = remembered.keys();
    if (remembered.size >= rememberedAtMost && oldest !== undefined) remembered.delete(oldest);
    const user = verify(encoded, address);
    remembered.set(digest, { user, until: clock.monotonic() + rememberedForMs });
    user.catch(() => remembered.delete(digest));
    return principalOf(await user, null);
  }

  const verify = (encoded: string, address: string): Promise<UserRow> =>
    signIn.verifyPassword(...namedIn(encoded), address);

  return async ({ authorization, cookie, address }) => {
    if (authorization === undefined) return cookie === undefined ? null : signIn.verifyToken(cookie);
    const [scheme = '', credentials = ''] = authorization.split(' ', 2);
    switch (scheme.toLowerCase()) {
      case 'bearer':
        return signIn.verifyToken(credentials);
      case 'basic':
        return { principal: await basic(credentials, address) };
      default:
        throw new Problem(httpProblems.unauthorized);
    }
  };
}

/** Name and password of Basic credentials (RFC 7617). Throws `unauthorized` for what is none. */
export function namedIn(encoded: string): [username: string, password: string] {
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1 || colon > longestUsername) throw new Problem(httpProblems.unauthorized);
  return [decoded.slice(0, colon), decoded.slice(colon + 1)];
}
