import { Readable } from 'node:stream';
import Koa from 'koa';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { Problem } from '../errors.ts';
import type { Ids } from '../ids.ts';
import { createNowAndThen } from '../now-and-then.ts';
import { admit } from './access.ts';
import type { HttpMetrics } from './http-metrics.ts';
import { httpProblems } from './http-problems.ts';
import { fingerprintOf, idempotencyKey } from './idempotency.ts';
import type { Authenticate, Authenticated, Principal } from './principal.ts';
import { problemReply } from './problem-document.ts';
import { mostBytes, readBytes } from './request-body.ts';
import { defaultBodyLimit, type Reply, type Route } from './route.ts';
import { createRouter } from './router.ts';
import { securityHeaders } from './security-headers.ts';
import type { AsSent, Serve } from './serving.ts';
import { sessionCookie } from './session-cookie.ts';
import { createUploads, type UploadBounds } from './uploads.ts';
import { wellFormed } from './well-formed.ts';

/** Of bodies above the usual limit. Two games of unknown size fit, which may be 64 MiB each, and pictures beside them. */
const usualUploads: UploadBounds = { atOnce: 8, bytes: 160 * 1024 * 1024 };

export interface HttpAppOptions {
  readonly routes: readonly Route[];
  readonly serve: Serve;
  /** Throws for a route that is not served here, to whoever may call it; before its body is read. */
  readonly refuse?: (route: Route) => void;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: HttpMetrics;
  /** Serves what no route claims: the screens. */
  readonly fallback: Koa.Middleware;
  /** Cookies are marked `Secure`. */
  readonly tls: boolean;
  readonly uploads?: UploadBounds;
  /** Every JSON answer is held against its schema, and a wrong one is a 500. For tests. */
  readonly checkReplies?: boolean;
}

/** A request whose body is here. */
interface Arrived {
  readonly sent: Pick<AsSent, 'bytes' | 'fingerprint'>;
  readonly at: number;
  readonly address: string;
  readonly requestId: string;
}

/** The whole of HTTP: request id, who, may they, is it well-formed, one call, one answer. */
export function createHttpApp(options: HttpAppOptions): Koa {
  const { clock, ids, metrics } = options;
  const router = createRouter(options.routes);
  const upload = createUploads(options.uploads ?? usualUploads);
  const worthSaying = createNowAndThen(clock);
  const app = new Koa();

  app.use(async (ctx, next) => {
    const started = clock.monotonic();
    const requestId = ids.code(12);
    ctx.res.setHeaders(securityHeaders);
    ctx.res.setHeader('X-Request-Id', requestId);
    const match = router.find(ctx.method, ctx.path);
    if (match.route === undefined && match.allow.length === 0 && isRead(ctx.method)) return next();
    try {
      if (match.route === undefined) throw noSuchMethod(match.allow);
      send(ctx, await serve(ctx, match.route, match.params, requestId));
    } catch (error) {
      const reply = problemReply(error, requestId);
      if (reply.status >= 500) tellOf(error, requestId);
      send(ctx, reply);
      if (match.route === undefined && match.allow.length > 0) ctx.set('Allow', match.allow.join(', '));
    } finally {
      metrics.observe(ctx.method, match.route?.path ?? 'none', ctx.status, clock.monotonic() - started);
    }
  });
  app.use(options.fallback);
  app.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')
      options.logger.warn({ err: error }, 'connection failed');
  });
  return app;

  /** A fault of ours each time; that somebody cannot be served just now, which strangers can bring about, now and then. */
  function tellOf(error: unknown, requestId: string): void {
    if (!(error instanceof Problem)) {
      options.logger.error({ err: error, request_id: requestId }, 'request failed');
    } else if (worthSaying(error.kind.code)) {
      options.logger.warn(
        { code: error.kind.code, cause: error.cause, request_id: requestId },
        'request not served',
      );
    }
  }

  async function serve(
    ctx: Koa.Context,
    route: Route,
    rawParams: Readonly<Record<string, string | undefined>>,
    requestId: string,
  ): Promise<Reply> {
    const address = ctx.req.socket.remoteAddress ?? '';
    const at = clock.now();
    const who = await admit(route.access, ctx.method, ctx.req.headers, address, options.authenticate);
    renew(ctx, who, at);
    options.refuse?.(route);

    const { bodyLimit = defaultBodyLimit } = route;
    const most = isRead(ctx.method) ? 0 : mostBytes(ctx.req.headers, bodyLimit);
    const answer = async (arrived?: (bytes: number) => void) => {
      // An alias, or a trailing slash, names the same thing.
      const fingerprint = fingerprintOf(ctx.method, `${route.path} ${JSON.stringify(rawParams)}`);
      const bytes = isRead(ctx.method)
        ? Buffer.alloc(0)
        : await readBytes(ctx.req, bodyLimit, (part) => fingerprint.update(part), arrived && clock);
      arrived?.(bytes.length);
      const sent = { bytes, fingerprint: fingerprint.digest() };
      return answered(ctx, route, rawParams, who.principal, { sent, at, address, requestId });
    };
    return most > defaultBodyLimit ? upload(senderOf(who.principal, address), most, answer) : answer();
  }

  async function answered(
    ctx: Koa.Context,
    route: Route,
    rawParams: Readonly<Record<string, string | undefined>>,
    principal: Principal,
    { sent, at, address, requestId }: Arrived,
  ): Promise<Reply> {
    const { headers } = ctx.req;
    const request = wellFormed(route, {
      params: rawParams,
      query: ctx.query,
      headers,
      bytes: sent.bytes,
      principal,
      at,
      address,
    });
    const reply = await options.serve(route, request, {
      method: ctx.method,
      path: ctx.path,
      params: rawParams,
      ...sent,
      key: idempotencyKey(headers['idempotency-key']),
      requestId,
    });
    if (options.checkReplies === true) checkReply(route, reply);
    return reply;
  }

  function renew(ctx: Koa.Context, who: Authenticated, at: number): void {
    if (who.renewed === undefined) return;
    const { token, expiresAt } = who.renewed;
    ctx.set('Renewed-Token', token);
    if (ctx.req.headers.authorization === undefined) {
      ctx.set('Set-Cookie', sessionCookie(token, Math.round((expiresAt - at) / 1000), options.tls));
    }
  }
}

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const senderOf = ({ userId, role }: Principal, address: string): string =>
  userId === '' ? `${role} ${address}` : userId;

const noSuchMethod = (allow: readonly string[]): Problem =>
  allow.length === 0
    ? new Problem(httpProblems.not_found)
    : new Problem(httpProblems.method_not_allowed, undefined, { allow });

function checkReply(route: Route, reply: Reply): void {
  const schema = route.replies[reply.status];
  if (schema === undefined && reply.status >= 400) return;
  if (schema === undefined) throw new Error(`${route.method} ${route.path} may not answer ${reply.status}`);
  const { body } = reply;
  // A stream is another form of the answer, for whoever asked for it.
  if (typeof schema === 'string' || body instanceof Readable) return;
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  schema.parse(isText ? JSON.parse(body.toString()) : body);
}

function send(ctx: Koa.Context, reply: Reply): void {
  ctx.status = reply.status;
  if (reply.body !== undefined) ctx.body = reply.body;
  if (reply.headers !== undefined) ctx.set(reply.headers);
}
