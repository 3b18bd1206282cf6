import type { IncomingMessage, ServerResponse } from 'node:http';
import { QueuedCommand } from '@dugout/appliance/contract/replication.ts';
import { createSignInDesk } from '@dugout/appliance/modules';
import { Problem } from '@dugout/appliance/platform/errors.ts';
import { createHttpApp } from '@dugout/appliance/platform/http/http-app.ts';
import type { HttpMetrics } from '@dugout/appliance/platform/http/http-metrics.ts';
import type { LiveFeed } from '@dugout/appliance/platform/http/live-feed.ts';
import type { Authenticate } from '@dugout/appliance/platform/http/principal.ts';
import type { Route } from '@dugout/appliance/platform/http/route.ts';
import type { MediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import type { CommandsDesk } from './commands-desk.ts';
import { commandsRoutes } from './commands-routes.ts';
import { isGuests } from './guest-pages.ts';
import { replicaProblems } from './replica-problems.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { sessionsStore, signInsStore } from './sign-ins-store.ts';
import { type SiteGround, siteRoutes } from './site-modules.ts';
import { aboutSiteRoutes } from './site-routes.ts';
import { createSiteServing } from './site-serving.ts';
import type { SiteTransactions } from './site-transactions.ts';
import { audienceOf } from './token-site.ts';

export interface SiteServerDeps extends SiteGround {
  readonly transactions: SiteTransactions;
  readonly commands: CommandsDesk;
  readonly httpMetrics: HttpMetrics;
  readonly secretKey: string;
  readonly tls: boolean;
  readonly checkReplies: boolean;
  mediaOf(site: string): MediaStore;
}

/** One site, served: its routes, its users, its sign-ins. Nothing in here can name another. */
export interface SiteServer {
  readonly authenticate: Authenticate;
  /** Whether Basic credentials are somebody’s of this site. Nothing is held against anybody. */
  recognises(encoded: string, address: string): Promise<boolean>;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

type SiteToServe = Parameters<typeof siteRoutes>[0];
type Parts = SiteServerDeps & { readonly live: LiveFeed };

export function createSiteServer(site: SiteToServe, deps: Parts): SiteServer {
  const { transactions, commands } = deps;
  const { routes, authenticate, recognises } = routesOf(site, deps);
  const app = createHttpApp({
    ...deps,
    routes,
    serve: createSiteServing({ site, transactions, commands }),
    refuse: refuseVenuesOwn,
    authenticate,
    metrics: deps.httpMetrics,
    fallback: async () => {},
  });
  return { authenticate, recognises, handle: app.callback() as SiteServer['handle'] };
}

/** What every site has, whichever it is: for the reference, and to know which paths are about a site. */
export const anySitesRoutes = (deps: Parts): readonly Route[] =>
  routesOf({ id: 'any', name: '', settings: undefined }, deps).routes;

function routesOf(site: SiteToServe, deps: Parts) {
  const { id } = site;
  const { transactions, clock, secretKey } = deps;
  const desk = createSignInDesk({
    records: signInsStore(transactions, id),
    clock,
    secretKey,
    audience: audienceOf(id),
  });
  const own: Route[] = [
    ...signInRoutes({ ...deps, desk, sessions: sessionsStore(transactions, id) }),
    ...aboutSiteRoutes(transactions, id),
    ...commandsRoutes(transactions, id),
  ];
  const venues = siteRoutes(site, { ...deps, media: deps.mediaOf(id) });
  return {
    routes: [...own, ...fromAfar(venues, own)],
    authenticate: desk.authenticate,
    recognises: desk.recognises,
  };
}

/** The appliance's routes but for those that the replica answers itself; what changes something may be queued. */
function fromAfar(routes: readonly Route[], own: readonly Route[]): Route[] {
  const answeredHere = new Set(own.map(({ method, path }) => `${method} ${path}`));
  return routes
    .filter(({ method, path }) => !answeredHere.has(`${method} ${path}`))
    .map((route) => ({ ...route, replies: { ...route.replies, ...onItsWayOf(route) } }));
}

function refuseVenuesOwn({ remote }: Route): void {
  if (remote === 'venue_only') throw new Problem(replicaProblems.venue_only);
}

/** What else it may answer here: that something has yet to reach the venue, or to come from there. */
function onItsWayOf(route: Route): Route['replies'] {
  if (isGuests(route)) return { 202: 'text/html: it is on its way' };
  return route.write === undefined ? {} : { 202: QueuedCommand };
}
