import findMyWay, { type HTTPMethod } from 'find-my-way';
import type { Route } from './route.ts';

const methods: readonly HTTPMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export type Match =
  | { readonly route: Route; readonly params: Readonly<Record<string, string | undefined>> }
  | { readonly route: undefined; readonly allow: readonly string[] };

/**
 * Finds the route of a method and path, with or without a trailing slash: devices of the seeds send both, and a
 * redirect would lose their bodies. Throws when two routes claim one address.
 */
export function createRouter(routes: readonly Route[]) {
  const tree = findMyWay({ ignoreTrailingSlash: true, maxParamLength: 200 });
  for (const route of routes) {
    for (const path of [route.path, ...(route.aliases ?? [])]) tree.on(route.method, path, () => {}, route);
  }
  return {
    find(method: string, path: string): Match {
      const wanted = (method === 'HEAD' ? 'GET' : method) as HTTPMethod;
      const found = tree.find(wanted, path);
      if (found !== null) return { route: found.store as Route, params: found.params };
      return { route: undefined, allow: methods.filter((other) => tree.find(other, path) !== null) };
    },
  };
}
