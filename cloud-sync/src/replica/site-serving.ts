import { Readable } from 'node:stream';
import { Problem } from '@dugout/appliance/platform/errors.ts';
import { problemReply } from '@dugout/appliance/platform/http/problem-document.ts';
import type { Reply, RouteRequest } from '@dugout/appliance/platform/http/route.ts';
import type { Serve } from '@dugout/appliance/platform/http/serving.ts';
import type { CommandsDesk } from './commands-desk.ts';
import { asGuestReads, asGuestSent } from './guest-pages.ts';
import { isOwn } from './own-route.ts';
import { postgresReader } from './postgres-reader.ts';
import { replicaProblems } from './replica-problems.ts';
import { ageHeaders } from './site-age.ts';
import type { SiteTransactions } from './site-transactions.ts';

export interface SiteServingDeps {
  readonly site: { readonly id: string; readonly name: string };
  readonly transactions: SiteTransactions;
  readonly commands: CommandsDesk;
}

/** Serves a site's routes on the replica: reads at one moment of its data; what changes something becomes a command. */
export const createSiteServing =
  ({ site, transactions, commands }: SiteServingDeps): Serve =>
  async (route, request, sent) => {
    if (isOwn(route)) return route.answer(request, sent);
    const { read } = route;
    if (read === undefined)
      return asGuestSent(route, await commands.ask(site.id, route, request, sent), site.name);
    return transactions.read(site.id, async ({ connection, watermark }) => {
      if (route.inOrder === true && !watermark.whole) return nothingYet(request);
      const reply = await read(request, postgresReader(connection)).catch((error: unknown): Reply => {
        // That something is not there is true of this moment, too.
        if (!(error instanceof Problem) || error.kind.status >= 500) throw error;
        return problemReply(error, sent.requestId);
      });
      const told = asGuestReads(route, reply, watermark);
      return { ...told, headers: { ...told.headers, ...ageHeaders(watermark) } };
    });
  };

/** In parts, what is new would be skipped. A browser that follows a stream comes again after an empty one, and after a refusal never. */
function nothingYet({
  headers: { accept },
}: Pick<RouteRequest<unknown, unknown, unknown>, 'headers'>): Reply {
  if (typeof accept === 'string' && /\btext\/event-stream\b/u.test(accept))
    return {
      status: 200,
      body: Readable.from(['retry: 2000\n\n']),
      headers: { 'content-type': 'text/event-stream' },
    };
  throw new Problem(replicaProblems.catching_up, undefined, { retry_after_seconds: 2 });
}
