import { hash, randomBytes } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Authenticate, Principal } from '../../platform/http/principal.ts';
import { type AuthService, principalOf } from './auth-service.ts';

const rememberedForMs = 5 * 60_000;
const rememberedAtMost = 2_000;
/** Failures are kept by name, so a name cannot be as long as a header may be. */
const longestUsername = 100;

/**
 * HTTP authentication: bearer token, session cookie, or Basic for devices. Basic credentials that were right are
 * remembered for five minutes by a salted digest, so that a device does not pay a password hash per request, and
 * requests that arrive together share one check.
 */
export function createRequestAuthentication(auth: AuthService, clock: Clock) {
  const salt = randomBytes(32).toString('base64');
  const remembered = new Map<string, { principal: Promise<Principal>; until: number }>();

  function basic(encoded: string, address: string): Promise<Principal> {
    const digest = hash('sha256', salt + encoded, 'base64');
    const known = remembered.get(digest);
    if (known !== undefined && known.until > clock.monotonic()) return known.principal;
    const [oldest] = remembered.keys();
    if (remembered.size >= rememberedAtMost && oldest !== undefined) remembered.delete(oldest);
    const principal = verify(encoded, address);
    remembered.set(digest, { principal, until: clock.monotonic() + rememberedForMs });
    principal.catch(() => remembered.delete(digest));
    return principal;
  }

  async function verify(encoded: string, address: string): Promise<Principal> {
    const decoded = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon < 1 || colon > longestUsername) throw new Problem(httpProblems.unauthorized);
    return principalOf(
      await auth.verifyPassword(decoded.slice(0, colon), decoded.slice(colon + 1), address),
      null,
    );
  }

  const authenticate: Authenticate = async ({ authorization, cookie, address }) => {
    if (authorization === undefined) return cookie === undefined ? null : auth.verifyToken(cookie);
    const [scheme = '', credentials = ''] = authorization.split(' ', 2);
    switch (scheme.toLowerCase()) {
      case 'bearer':
        return auth.verifyToken(credentials);
      case 'basic':
        return { principal: await basic(credentials, address) };
      default:
        throw new Problem(httpProblems.unauthorized);
    }
  };
  return {
    authenticate,
    /** After a password change or a revocation: every remembered credential is checked anew. */
    forgetAll: () => remembered.clear(),
  };
}
