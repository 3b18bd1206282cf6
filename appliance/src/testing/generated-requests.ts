import { z } from 'zod';
import type { Route } from '../platform/http/route.ts';
import type { JsonSchema, Values } from './generated-values.ts';

export interface GeneratedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** The input of a schema as JSON schema; nothing for what is no JSON. */
const inputOf = (schema: unknown, io: 'input' | 'output'): JsonSchema | undefined =>
  schema instanceof z.ZodType ? z.toJSONSchema(schema, { io, unrepresentable: 'any' }) : undefined;

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const encoded = (value: unknown): string => encodeURIComponent(asText(value).toWellFormed());

/**
 * Makes requests to a route from its own schemas: well-formed ones, ones at the edge, and ones beyond it.
 * @param known values of path parameters that are there, by the parameter's name: no schema tells one
 */
export function createRequests(
  routes: readonly Route[],
  values: Values,
  known: Readonly<Record<string, () => string>>,
) {
  const { pick, inPercent, hostileText, valueFor } = values;
  const described = routes.map((route) => ({
    route,
    params: inputOf(route.params, 'input'),
    query: inputOf(route.query, 'output'),
    body: inputOf(route.body, 'input'),
  }));

  function pathOf(route: Route, params: JsonSchema | undefined): string {
    const path = pick([route.path, ...(route.aliases ?? [])]);
    const filled = path.replace(/:(\w+)/gu, (_, name: string) => {
      const schema = params?.properties?.[name];
      const valueThatIsThere = known[name];
      if (valueThatIsThere !== undefined && inPercent(70)) return valueThatIsThere();
      if (inPercent(5) || typeof schema !== 'object') return encoded(hostileText()) || 'x';
      return encoded(valueFor(schema)) || 'x';
    });
    return inPercent(15) ? `${filled}/` : filled;
  }

  function queryOf(query: JsonSchema | undefined): string {
    const pairs = Object.entries(query?.properties ?? {}).flatMap(([name, schema]) =>
      inPercent(40) && typeof schema === 'object' ? [`${name}=${encoded(valueFor(schema))}`] : [],
    );
    if (inPercent(5)) pairs.push(`${encoded(hostileText())}=${encoded(hostileText())}`);
    if (inPercent(2)) pairs.push(pick(['&&', '%', '=', 'a[]=1&a[b]=2', 'limit=1&limit=2']));
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  }

  function bodyOf(schema: JsonSchema): string {
    const text = JSON.stringify(valueFor(schema));
    if (inPercent(2)) return text.slice(0, Math.floor(values.random() * text.length));
    return inPercent(1) ? text.replace('{', '{"__proto__":{},') : text;
  }

  const formOf = () => `${encoded(hostileText())}=${encoded(hostileText())}&${hostileText()}`;

  function headersOf(hasBody: boolean, usual: string): Record<string, string> {
    const type = inPercent(3) ? pick(['text/plain', 'application/xml', 'x', '']) : usual;
    return {
      ...(hasBody ? { 'content-type': type } : {}),
      ...(inPercent(20)
        ? { 'idempotency-key': pick([' ', 'again', `k${values.random()}`, `k${values.random()}`]) }
        : {}),
      ...(inPercent(3) ? { cookie: `dugout_session=${encoded(hostileText())}` } : {}),
      ...(inPercent(2) ? { origin: 'http://evil.example' } : {}),
      ...(inPercent(2) ? { accept: pick(['text/html', '*/*;q=0', 'image/webp']) } : {}),
      ...(inPercent(2) ? { 'if-none-match': pick(['*', '"x"', 'W/"x"']) } : {}),
    };
  }

  return {
    next(): GeneratedRequest & { route: Route } {
      const { route, params, query, body } = pick(described);
      const method = inPercent(2) ? pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) : route.method;
      const canHave = method !== 'GET';
      const text = canHave && body !== undefined && !inPercent(3) ? bodyOf(body) : undefined;
      const bytes = canHave && route.body === 'bytes' ? hostileText() : undefined;
      const form = canHave && route.body === 'form' ? formOf() : undefined;
      const sent = text ?? bytes ?? form;
      return {
        route,
        method,
        path: pathOf(route, params) + queryOf(query),
        headers: headersOf(
          sent !== undefined,
          form === undefined ? 'application/json' : 'application/x-www-form-urlencoded',
        ),
        body: sent,
      };
    },
  };
}
