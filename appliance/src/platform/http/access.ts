import { Problem } from '../errors.ts';
import { httpProblems } from './http-problems.ts';
import { type Authenticate, type Authenticated, anonymous, type Principal } from './principal.ts';
import type { Access } from './route.ts';
import { readSessionCookie } from './session-cookie.ts';

interface IncomingHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Who the request acts as, if `access` lets them. A stale cookie on a public route is no reason to refuse; wrong
 * credentials that were sent on purpose are.
 */
export async function admit(
  access: Access,
  method: string,
  headers: IncomingHeaders,
  address: string,
  authenticate: Authenticate,
): Promise<Authenticated> {
  const cookie = readSessionCookie(headers.cookie);
  const authorization = headers.authorization;
  if (cookie !== undefined && authorization === undefined && method !== 'GET') refuseForeignPages(headers);

  const authenticated = await authenticate({ authorization, cookie, address }).catch((error: unknown) => {
    if (access === 'public' && authorization === undefined) return null;
    throw error;
  });
  const who = authenticated ?? { principal: anonymous };
  refuseOthers(access, who.principal);
  return who;
}

/** Throws `unauthorized` for nobody, `forbidden` for somebody whom `access` does not let in. */
export function refuseOthers(access: Access, { role }: Principal): void {
  if (isLetIn(access, role)) return;
  throw new Problem(role === 'anonymous' ? httpProblems.unauthorized : httpProblems.forbidden);
}

function isLetIn(access: Access, role: Principal['role']): boolean {
  if (access === 'public') return role !== 'service';
  if (access === 'signed_in') return role !== 'service' && role !== 'anonymous';
  return access.some((named) => named === role);
}

function refuseForeignPages(headers: IncomingHeaders): void {
  const { origin, host } = headers;
  const crossSite = headers['sec-fetch-site'] === 'cross-site';
  if (crossSite || (origin !== undefined && !isHost(origin, host))) {
    throw new Problem(httpProblems.cross_site_request);
  }
}

function isHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
