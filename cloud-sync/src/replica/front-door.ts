import type { IncomingMessage, ServerResponse } from 'node:http';
import { typedCode } from '@dugout/appliance/modules';
import { Problem } from '@dugout/appliance/platform/errors.ts';
import { problemReply } from '@dugout/appliance/platform/http/problem-document.ts';
import type { Reply } from '@dugout/appliance/platform/http/route.ts';
import { securityHeaders } from '@dugout/appliance/platform/http/security-headers.ts';
import type { Connections } from './connections.ts';
import { onItsWay } from './guest-pages.ts';
import type { Lobby } from './lobby.ts';
import { replicaProblems } from './replica-problems.ts';
import { isCurrent } from './site-age.ts';
import type { KnownSite, Sites } from './sites.ts';
import { siteOfToken } from './token-site.ts';
import { watermarksStore } from './watermarks-store.ts';

export interface FrontDoorDeps {
  readonly lobby: Lobby;
  readonly sites: Pick<Sites, 'find' | 'watermarks'>;
  readonly connections: Connections;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

const prefixed = /^\/sites\/(?<site>[a-z0-9][a-z0-9-]{0,40})(?<rest>[/?].*)?$/u;
const guests = /^\/s\/(?<code>[^/]{1,32})(\/|$)/u;
const longestCode = 32;

/**
 * Which site is meant, said once for the whole request: by a prefix of the path, by a guest's code, by whose token it
 * is, or because there is only one. Its server then sees the path as the venue does.
 */
export function createFrontDoor({ lobby, sites, connections }: FrontDoorDeps): Handle {
  async function named(site: string): Promise<KnownSite> {
    const known = await sites.find(site);
    if (known === undefined) throw new Problem(replicaProblems.unknown_site);
    return known;
  }

  async function siteOfCode(typed: string): Promise<KnownSite | Reply | undefined> {
    const code = typedCode(typed.slice(0, longestCode));
    const [site] = await connections.use('', (connection) => watermarksStore.ofCode(connection, code));
    if (site !== undefined) return sites.find(site);
    const watermarks = [...(await sites.watermarks()).values()];
    const [only, ...others] = watermarks;
    if (only !== undefined && others.length === 0) return sites.find(only.site_id);
    return watermarks.every((watermark) => isCurrent(watermark)) ? undefined : onItsWay('page', '');
  }

  async function onlySite(): Promise<KnownSite | undefined> {
    const [only, ...others] = (await sites.watermarks()).keys();
    return only === undefined || others.length > 0 ? undefined : sites.find(only);
  }

  async function meant(request: IncomingMessage, path: string): Promise<KnownSite | Reply | undefined> {
    const code = guests.exec(path)?.groups?.['code'];
    if (code !== undefined && code !== 'renew.js') return siteOfCode(code);
    const site = siteOfToken(request.headers);
    return (site === undefined ? undefined : await sites.find(site)) ?? onlySite();
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const prefix = prefixed.exec(request.url ?? '/')?.groups;
    if (prefix !== undefined) {
      const rest = prefix['rest'] ?? '/';
      request.url = rest.startsWith('/') ? rest : `/${rest}`;
    }
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (lobby.serves(method, path) || !lobby.isOfSites(method, path)) return lobby.handle(request, response);
    const found = prefix === undefined ? await meant(request, path) : await named(prefix['site'] ?? '');
    if (found === undefined) return lobby.handle(request, response);
    if ('status' in found) return send(response, found);
    // Refusals tell of the age, too; what is made of data has the age of that data.
    for (const [name, value] of Object.entries(found.ageHeaders)) response.setHeader(name, value);
    found.server.handle(request, response);
  }

  return (request, response) => {
    receive(request, response).catch((error: unknown) => send(response, problemReply(error)));
  };
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  if (response.headersSent) return void response.destroy();
  response.setHeaders(securityHeaders);
  response.writeHead(status, headers);
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
