import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Koa from 'koa';
import sirv from 'sirv';
import { Problem } from '../errors.ts';
import { httpProblems } from './http-problems.ts';
import { problemReply } from './problem-document.ts';

/** Serves the built screens. A browser that asks for a page gets the one page that routes for itself. */
export function serveScreens(directory: string): Koa.Middleware {
  if (!existsSync(join(directory, 'index.html'))) return notBuilt;
  const setHeaders: NonNullable<Parameters<typeof sirv>[1]>['setHeaders'] = (response, path) => {
    const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    response.setHeader('Cache-Control', cache);
  };
  const files = sirv(directory, { etag: true, gzip: true, brotli: true, setHeaders });
  const pages = sirv(directory, { etag: true, gzip: true, brotli: true, single: true, setHeaders });
  return async (ctx) => {
    const isPage = /\btext\/html\b/u.test(ctx.get('accept')) && !ctx.path.startsWith('/api/');
    const missing = await new Promise<boolean>((resolve) => {
      // sirv writes to Node's own response, and koa must not answer as well.
      ctx.res.statusCode = 200;
      ctx.res.once('close', () => resolve(false));
      (isPage ? pages : files)(ctx.req, ctx.res, () => resolve(true));
    });
    if (missing) notFound(ctx);
    else ctx.respond = false;
  };
}

const notBuilt: Koa.Middleware = async (ctx) => {
  if (ctx.path !== '/') return notFound(ctx);
  ctx.type = 'text/plain';
  ctx.body = 'The screens are not built yet. `npm start` builds them; the API runs without.\n';
};

function notFound(ctx: Koa.Context): void {
  const reply = problemReply(new Problem(httpProblems.not_found), ctx.response.get('X-Request-Id'));
  ctx.status = reply.status;
  ctx.body = reply.body;
  ctx.set(reply.headers ?? {});
}
