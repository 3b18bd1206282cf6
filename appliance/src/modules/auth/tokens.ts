import { jwtVerify, SignJWT } from 'jose';

/** Half a long shift: a screen in use renews it, one forgotten in a drawer loses it overnight. */
export const tokenLifeMs = 12 * 3_600_000;
/** A session outlives its tokens, but not for ever. */
export const sessionLifeMs = 30 * 24 * 3_600_000;
/** A page asks for one and connects at once; what is overheard or logged is soon worth nothing. */
export const mqttTokenLifeMs = 60_000;

export interface VerifiedToken {
  sessionId: string;
  issuedAt: number;
  expiresAt: number;
}

export interface Tokens {
  issue(userId: string, sessionId: string, now: number): Promise<{ token: string; expiresAt: number }>;
  /** Null for anything but a token of this venue that has not expired. */
  verify(token: string, now: number): Promise<VerifiedToken | null>;
}

const rememberedTokens = 5_000;

/** The last letter of base64url has spare bits, and decoders are lenient: one signature must have one spelling. */
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

/** What a site's broker calls itself in tokens that are good for connecting, and for nothing else. */
export const brokerOf = (siteId: string): string => `${siteId}/mqtt`;

/**
 * HS256 JSON web tokens for one audience. A token that was verified once is remembered, so that a busy client costs
 * one check.
 */
export function createTokens(secret: string, audience: string, lifeMs = tokenLifeMs): Tokens {
  const key = new TextEncoder().encode(`dugout/tokens/${secret}`);
  const remembered = new Map<string, VerifiedToken>();

  async function check(token: string, now: number): Promise<VerifiedToken | null> {
    if (!token.split('.').every(isCanonical)) return null;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        issuer: 'dugout',
        audience,
        typ: 'at+jwt',
        requiredClaims: ['exp', 'iat', 'sub', 'sid'],
        currentDate: new Date(now),
      });
      const { sid, iat, exp } = payload;
      if (typeof sid !== 'string' || iat === undefined || exp === undefined) return null;
      return { sessionId: sid, issuedAt: iat * 1000, expiresAt: exp * 1000 };
    } catch {
      return null;
    }
  }

  return {
    async issue(userId, sessionId, now) {
      const issuedAt = Math.floor(now / 1000);
      const expires = Math.floor((now + lifeMs) / 1000);
      const token = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setIssuer('dugout')
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expires)
        .sign(key);
      return { token, expiresAt: expires * 1000 };
    },
    async verify(token, now) {
      const known = remembered.get(token);
      if (known !== undefined) return known.expiresAt > now ? known : null;
      const verified = await check(token, now);
      if (verified !== null) {
        const [oldest] = remembered.keys();
        if (remembered.size >= rememberedTokens && oldest !== undefined) remembered.delete(oldest);
        remembered.set(token, verified);
      }
      return verified;
    },
  };
}
