import { moduleOrder } from '../../modules/order.ts';

/** Where a file lives in the appliance or beside it; undefined for files that the rules do not speak of. */
export type Place =
  | { readonly kind: 'contract' }
  | { readonly kind: 'platform' }
  | { readonly kind: 'root' }
  | { readonly kind: 'module'; readonly module: string; readonly layer: Layer };

export type Layer = 'door' | 'adapter' | 'service' | 'rules' | 'store' | 'part' | 'words';

/** Inner layers have smaller numbers; an import may stay on its level or go inward. */
export const depth: Readonly<Record<Layer, number>> = {
  door: 4,
  adapter: 3,
  service: 2,
  rules: 1,
  store: 1,
  part: 1,
  words: 0,
};

/** The layer is in the file's name: `queue-routes.ts`, `queue-service.ts`, `queue.ts`, `queue-store.ts`. */
export function layerOf(module: string, file: string): Layer {
  if (file === 'index.ts') return 'door';
  if (file === `${module}.ts`) return 'rules';
  const suffix = /-(?<suffix>[a-z]+)\.ts$/u.exec(file)?.groups?.['suffix'] ?? '';
  return layersBySuffix[suffix] ?? 'part';
}

/** A keeper is a service that minds what is stored already. What has no suffix of these is a part of the inside. */
const layersBySuffix: Readonly<Record<string, Layer>> = {
  routes: 'adapter',
  topics: 'adapter',
  jobs: 'adapter',
  schedules: 'adapter',
  broadcast: 'adapter',
  dispatcher: 'adapter',
  authentication: 'adapter',
  service: 'service',
  keeper: 'service',
  store: 'store',
  tables: 'words',
  events: 'words',
  problems: 'words',
};

export function placeOf(path: string): Place | undefined {
  if (isExempt(path)) return undefined;
  if (path.startsWith('appliance/contract/')) return { kind: 'contract' };
  if (path.startsWith('appliance/src/platform/')) return { kind: 'platform' };
  const found = /^appliance\/src\/modules\/(?<module>[^/]+)\/(?<file>.+)$/u.exec(path)?.groups;
  if (found?.['module'] !== undefined && found['file'] !== undefined) {
    const { module, file } = found;
    return { kind: 'module', module, layer: layerOf(module, file) };
  }
  const isRoot = /^(appliance|cloud-sync)\/src\//u.test(path) && path !== 'appliance/src/modules/order.ts';
  return isRoot ? { kind: 'root' } : undefined;
}

/**
 * Tests and what they share may reach inside: they set the real thing up and look behind its doors. Benchmarks too,
 * because they compare a mechanism with the same code without it.
 */
export const isExempt = (path: string): boolean =>
  path.endsWith('.test.ts') || /\/(testing|torture|bench)\/|^scripts\/src\/screenshots\b/u.test(path);

/** Position in the published order; -1 for a module that is not in it. */
export const positionOf = (module: string): number => (moduleOrder as readonly string[]).indexOf(module);
