import type { IncomingHttpHeaders } from 'node:http';
import { readSessionCookie } from '@dugout/appliance/platform/http/session-cookie.ts';

const prefix = 'replica:';

/** Whom a token of the replica is for. One of the venue itself, signed with the same key, is for somebody else. */
export const audienceOf = (site: string): string => `${prefix}${site}`;

/** The site that a request's token says it is for. It is believed when that site has verified it, and not before. */
export function siteOfToken({ authorization, cookie }: IncomingHttpHeaders): string | undefined {
  const [scheme, credentials] = authorization?.split(' ', 2) ?? [];
  const bearer = scheme?.toLowerCase() === 'bearer' ? credentials : undefined;
  const token = authorization === undefined ? readSessionCookie(cookie) : bearer;
  const payload = token?.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const { aud } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud?: unknown };
    return typeof aud === 'string' && aud.startsWith(prefix) ? aud.slice(prefix.length) : undefined;
  } catch {
    return undefined;
  }
}
