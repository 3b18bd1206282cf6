import { Problem } from '../errors.ts';
import { httpProblems } from './http-problems.ts';
import type { Principal } from './principal.ts';
import { parseForm, parseJson } from './request-body.ts';
import type { Route, RouteRequest } from './route.ts';
import { validated } from './validation.ts';

/** A request as it came in: nothing of it has been looked at. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: RouteRequest<unknown, unknown, unknown>['headers'];
  readonly bytes: Buffer;
  readonly principal: Principal;
  /** Venue time, epoch milliseconds. */
  readonly at: number;
  readonly address: string;
}

/** What the route’s handler is given. Throws a `Problem` when the request is not what the route’s schemas say. */
export const wellFormed = (route: Route, raw: RawRequest): RouteRequest<unknown, unknown, unknown> => ({
  params: checkedParams(route, raw.params),
  query: route.query === undefined ? {} : validated(route.query, { ...raw.query }, 'query'),
  body: checkedBody(route, raw.bytes, raw.headers['content-type']),
  principal: raw.principal,
  at: raw.at,
  address: raw.address,
  headers: raw.headers,
});

/** A parameter that cannot be an identifier names nothing: 404, as for one that names nothing yet. */
function checkedParams(route: Route, raw: Readonly<Record<string, string | undefined>>): unknown {
  if (route.params === undefined) return raw;
  const result = route.params.safeParse(raw);
  if (!result.success) throw new Problem(httpProblems.not_found);
  return result.data;
}

function checkedBody(route: Route, bytes: Buffer, header: string | string[] | undefined): unknown {
  const contentType = typeof header === 'string' ? header : undefined;
  if (route.body === 'bytes') return bytes;
  if (route.body === 'form') return parseForm(bytes, contentType);
  return route.body === undefined ? undefined : validated(route.body, parseJson(bytes, contentType), 'body');
}
