import { LoginReply, LoginRequest } from '@dugout/appliance/contract/auth.ts';
import { type createSignInDesk, signedInUser, tokenLifeMs } from '@dugout/appliance/modules';
import { toMoment } from '@dugout/appliance/platform/clock.ts';
import { noContent, ok } from '@dugout/appliance/platform/http/route.ts';
import { clearedSessionCookie, sessionCookie } from '@dugout/appliance/platform/http/session-cookie.ts';
import type { Ids } from '@dugout/appliance/platform/ids.ts';
import { type OwnRoute, ownRoute } from './own-route.ts';
import type { sessionsStore } from './sign-ins-store.ts';

export interface SignInRoutesDeps {
  readonly desk: ReturnType<typeof createSignInDesk>;
  readonly sessions: ReturnType<typeof sessionsStore>;
  readonly ids: Ids;
  readonly tls: boolean;
}

export const signInRoutes = ({ desk, sessions, ids, tls }: SignInRoutesDeps): OwnRoute[] => [
  ownRoute<unknown, unknown, LoginRequest>({
    method: 'POST',
    path: '/api/login',
    aliases: ['/login'],
    access: 'public',
    tag: 'sign-in',
    summary: 'Sign in as a user of the venue; answers a token of the replica and sets the session cookie',
    body: LoginRequest,
    replies: { 200: LoginReply },
    async answer({ body, address, at }) {
      const user = await desk.verifyPassword(body.username, body.password, address);
      const sessionId = ids.next();
      const { token, expiresAt } = await desk.issueToken(user.id, sessionId, at);
      await sessions.start(sessionId, user.id, at);
      return {
        ...ok({ token, expires_at: toMoment(expiresAt), user: signedInUser(user) }),
        headers: { 'set-cookie': sessionCookie(token, tokenLifeMs / 1000, tls) },
      };
    },
  }),
  ownRoute({
    method: 'POST',
    path: '/api/logout',
    access: 'signed_in',
    tag: 'sign-in',
    summary: 'End this session of the replica; its tokens stop working at once',
    replies: { 204: 'signed out' },
    async answer({ principal, at }) {
      if (principal.sessionId !== null) await sessions.end(principal.sessionId, at);
      return { ...noContent, headers: { 'set-cookie': clearedSessionCookie } };
    },
  }),
];
