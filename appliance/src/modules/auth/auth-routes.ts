import { LoginReply, LoginRequest, MqttToken, Session } from '../../../contract/auth.ts';
import { toMoment } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import { noContent, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import { clearedSessionCookie, sessionCookie } from '../../platform/http/session-cookie.ts';
import type { Ids } from '../../platform/ids.ts';
import { authProblems } from './auth-problems.ts';
import type { AuthService } from './auth-service.ts';
import { type SignIn, signedInUser } from './sign-in-service.ts';
import { type Tokens, tokenLifeMs } from './tokens.ts';

export interface AuthRoutesDeps {
  auth: AuthService;
  signIn: Pick<SignIn, 'verifyPassword'>;
  tokens: Tokens;
  mqttTokens: Tokens;
  ids: Ids;
  tls: boolean;
}

export const authRoutes = ({ auth, signIn, tokens, mqttTokens, ids, tls }: AuthRoutesDeps): Route[] => [
  writeRoute({
    method: 'POST',
    path: '/api/login',
    aliases: ['/login'],
    access: 'public',
    tag: 'sign-in',
    summary: 'Sign in; answers a token and sets the session cookie',
    body: LoginRequest,
    remote: 'venue_only',
    replies: { 200: LoginReply },
    async prepare({ body, address, at }) {
      const user = await signIn.verifyPassword(body.username, body.password, address);
      const sessionId = ids.next();
      return { user, sessionId, ...(await tokens.issue(user.id, sessionId, at)) };
    },
    write(tx, _request, { user, sessionId, token, expiresAt }) {
      auth.startSession(tx, user.id, sessionId);
      return {
        ...ok({ token, expires_at: toMoment(expiresAt), user: signedInUser(user) }),
        headers: { 'set-cookie': sessionCookie(token, tokenLifeMs / 1000, tls) },
      };
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/api/logout',
    access: 'signed_in',
    tag: 'sign-in',
    summary: 'End this session; its tokens stop working at once',
    remote: 'venue_only',
    replies: { 204: 'signed out' },
    write(tx, { principal }) {
      if (principal.sessionId !== null) auth.endSession(tx, principal.sessionId);
      return { ...noContent, headers: { 'set-cookie': clearedSessionCookie } };
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/api/mqtt-token',
    access: 'signed_in',
    tag: 'sign-in',
    summary: 'For a page: the name and the password with which it connects to MQTT, within a minute',
    remote: 'venue_only',
    replies: { 200: MqttToken },
    async prepare({ principal, at }) {
      if (principal.sessionId === null) throw new Problem(authProblems.no_session);
      return mqttTokens.issue(principal.userId, principal.sessionId, at);
    },
    write: (_tx, { principal }, { token, expiresAt }) =>
      ok({ username: principal.username, password: token, expires_at: toMoment(expiresAt) }),
  }),
  readRoute({
    method: 'GET',
    path: '/api/session',
    access: 'signed_in',
    tag: 'sign-in',
    summary: 'Who is signed in',
    replies: { 200: Session },
    async read({ principal, at }) {
      const { userId: id, username, role, playerId: player_id } = principal;
      return ok({ user: { id, username, role, player_id }, expires_at: toMoment(at + tokenLifeMs / 2) });
    },
  }),
];
