import { hash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Place, SiteList } from '@dugout/appliance/contract/replication.ts';
import { contractSchemas } from '@dugout/appliance/contract/schemas.ts';
import { Problem } from '@dugout/appliance/platform/errors.ts';
import { documentationRoutes } from '@dugout/appliance/platform/http/docs-page-routes.ts';
import { createHttpApp, type HttpAppOptions } from '@dugout/appliance/platform/http/http-app.ts';
import { httpProblems } from '@dugout/appliance/platform/http/http-problems.ts';
import { ok, type Route } from '@dugout/appliance/platform/http/route.ts';
import { createRouter } from '@dugout/appliance/platform/http/router.ts';
import { readSessionCookie } from '@dugout/appliance/platform/http/session-cookie.ts';
import { releaseVersion } from '@dugout/appliance/platform/release.ts';
import { commandsStore } from './commands-store.ts';
import { isOwn, type OwnRoute, ownRoute } from './own-route.ts';
import { replicaProblems } from './replica-problems.ts';
import { siteView } from './site-routes.ts';
import type { SiteTransactions } from './site-transactions.ts';
import type { Sites } from './sites.ts';

const recognisedForMs = 60_000;
const recognisedAtMost = 500;

export interface LobbyDeps
  extends Pick<HttpAppOptions, 'clock' | 'ids' | 'logger' | 'metrics' | 'fallback' | 'checkReplies'> {
  readonly sites: Pick<Sites, 'watermarks' | 'find'>;
  readonly transactions: SiteTransactions;
  /** Alive, ready, measured: of this process. */
  readonly health: readonly Route[];
  /** What each site has. */
  readonly siteRoutes: readonly Route[];
}

/** Where nobody has said yet which site is meant: the list of sites, the process itself, the reference, the screens. */
export function createLobby(deps: LobbyDeps) {
  const { sites, transactions, health, siteRoutes } = deps;
  const salt = randomBytes(32).toString('base64');
  const recognised = new Map<string, { sites: string[]; until: number }>();

  /** Each site whose users take these credentials. Throws `unauthorized` when none does. */
  async function sitesOf(credentials: IncomingHttpHeaders, cookie: string | undefined, address: string) {
    const { authorization } = credentials;
    let refusal: unknown;
    const taken: string[] = [];
    for (const id of await worthTrying(authorization, address)) {
      const site = await sites.find(id);
      try {
        const who = await site?.server.authenticate({ authorization, cookie, address });
        if (who?.principal.role === 'admin' || who?.principal.role === 'staff') taken.push(id);
        else if (who) refusal = new Problem(httpProblems.forbidden);
      } catch (error) {
        if (!(error instanceof Problem) || error.kind.status >= 500) throw error;
        refusal ??= error;
      }
    }
    if (taken.length > 0) return taken;
    throw refusal ?? new Problem(httpProblems.unauthorized);
  }

  /**
   * The sites at which credentials are tried. A password that is right at one site must not count as wrong at the
   * others; one that is right nowhere counts everywhere.
   */
  async function worthTrying(authorization: string | undefined, address: string): Promise<string[]> {
    const all = [...(await sites.watermarks()).keys()];
    const encoded = /^basic (?<encoded>\S+)$/iu.exec(authorization ?? '')?.groups?.['encoded'];
    if (encoded === undefined) return all;
    const digest = hash('sha256', salt + encoded, 'base64');
    const before = recognised.get(digest);
    if (before !== undefined && before.until > deps.clock.monotonic()) return before.sites;
    const fitting: string[] = [];
    for (const id of all) {
      const site = await sites.find(id);
      if (await site?.server.recognises(encoded, address).catch(() => false)) fitting.push(id);
    }
    if (fitting.length === 0) return all;
    const [oldest] = recognised.keys();
    if (recognised.size >= recognisedAtMost && oldest !== undefined) recognised.delete(oldest);
    recognised.set(digest, { sites: fitting, until: deps.clock.monotonic() + recognisedForMs });
    return fitting;
  }

  const own: OwnRoute[] = [
    ownRoute({
      method: 'GET',
      path: '/api/sites',
      access: 'public',
      tag: 'replication',
      summary: 'The venues whose staff this sign-in is of; a token is of one venue, Basic is tried at each',
      replies: { 200: SiteList },
      async answer({ headers, address }) {
        const cookie = headers['cookie'];
        const ids = await sitesOf(
          headers as IncomingHttpHeaders,
          readSessionCookie(typeof cookie === 'string' ? cookie : undefined),
          address,
        );
        const items = await Promise.all(
          ids.map((id) =>
            transactions.read(id, async ({ connection, watermark }) =>
              siteView(watermark, await commandsStore.waiting(connection)),
            ),
          ),
        );
        return ok({ items });
      },
    }),
  ];
  const elsewhere = new Set([...own, ...health].map(({ method, path }) => `${method} ${path}`));
  const ofSites = siteRoutes.filter(({ method, path }) => !elsewhere.has(`${method} ${path}`));
  const documentation: readonly Route[] = documentationRoutes({
    routes: () => [...here, ...ofSites],
    topics: [],
    site: '<site>',
    version: releaseVersion(),
    schemas: contractSchemas,
  });
  const here: readonly Route[] = [...own, ...health, ...documentation];
  const app = createHttpApp({
    ...deps,
    routes: [...here, ...ofSites.map(askWhich)],
    serve: async (route, request, sent) => {
      if (isOwn(route)) return route.answer(request, sent);
      if (route.read === undefined) throw new Problem(replicaProblems.site_required);
      return route.read(request, nothingToRead);
    },
    // Whoever is let in is let in by a site.
    authenticate: async () => null,
    tls: false,
  });
  const ofLobby = createRouter(here);
  const ofASite = createRouter(ofSites);
  return {
    handle: app.callback() as (request: IncomingMessage, response: ServerResponse) => void,
    /** Whether a path is the same whichever site is meant. */
    serves: (method: string, path: string): boolean => isServed(ofLobby, method, path),
    /** Whether a path is about a site. */
    isOfSites: (method: string, path: string): boolean => isServed(ofASite, method, path),
  };
}
export type Lobby = ReturnType<typeof createLobby>;

function isServed(router: ReturnType<typeof createRouter>, method: string, path: string): boolean {
  const match = router.find(method, path);
  return match.route !== undefined || match.allow.length > 0;
}

const nothingToRead = {
  all: async () => {
    throw new Error('the lobby has no data');
  },
  get: async () => {
    throw new Error('the lobby has no data');
  },
};

/** A route of sites as it answers when no site is named. */
function askWhich({ method, path, aliases = [], tag, summary }: Route): OwnRoute {
  const isPlace = method === 'GET' && path === '/api/place';
  return ownRoute({
    method,
    path,
    aliases,
    tag,
    summary,
    access: 'public',
    replies: isPlace ? { 200: Place } : {},
    async answer() {
      if (!isPlace) throw new Problem(replicaProblems.site_required);
      return ok({ kind: 'replica', site: null, site_name: null });
    },
  });
}
