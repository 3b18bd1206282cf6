import { builtinHomes, packageHomes, typesAnywhere } from './homes.ts';
import { depth, isExempt, type Place, placeOf, positionOf } from './layout.ts';
import type { Import, Source } from './source.ts';

/** Looks at the project and answers one sentence per violation. */
export type Rule = (sources: readonly Source[]) => string[];

/** Asks `judge` about every import of a file that the rules speak of. */
function importsThat(judge: (source: Source, from: Place, imported: Import) => string | undefined): Rule {
  return (sources) =>
    sources.flatMap((source) => {
      const from = placeOf(source.path);
      if (from === undefined) return [];
      return source.imports.flatMap((imported) => {
        const reason = judge(source, from, imported);
        return reason === undefined ? [] : [`${source.path} imports ${imported.target}: ${reason}`];
      });
    });
}

/** Rule 1. Adapters → service → rules and store → platform; the contract stands alone. */
export const inwardOnly: Rule = importsThat((_source, from, { target, isPackage }) => {
  if (isPackage) return from.kind === 'contract' && target !== 'zod' ? 'the contract has no I/O' : undefined;
  const to = placeOf(target);
  if (from.kind === 'contract') return to?.kind === 'contract' ? undefined : 'the contract stands alone';
  if (from.kind === 'root' || to?.kind === 'contract' || to?.kind === 'platform') return undefined;
  if (from.kind === 'platform') return 'platform imports no module';
  if (to?.kind !== 'module') return 'outward: a module is given what it needs';
  if (to.module !== from.module || depth[to.layer] <= depth[from.layer]) return undefined;
  return `outward: ${from.layer} must not know its ${to.layer}`;
});

/** Rule 2. Another module is known by its door, and only from below. */
export const throughTheDoor: Rule = importsThat((source, from, { target, isPackage }) => {
  const to = isPackage ? undefined : placeOf(target);
  if (to?.kind !== 'module') return undefined;
  if (from.kind === 'module' && from.module === to.module) return undefined;
  if (to.layer !== 'door') return `not through the door of ${to.module}`;
  if (positionOf(to.module) < 0) return `${to.module} is not in the published order`;
  if (from.kind !== 'module') return undefined;
  if (positionOf(from.module) < 0) return `${from.module} is not in the published order`;
  return positionOf(to.module) < positionOf(from.module)
    ? undefined
    : `${to.module} does not stand above ${from.module} (${source.path})`;
});

/**
 * Rule 2, second half: no file reaches itself by way of others, types included. Among the screens a child may name a
 * type of its parent.
 */
export const noCycles: Rule = (sources) => {
  const targets = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports
        .filter(({ isPackage, typeOnly }) => !isPackage && !(typeOnly && path.startsWith('kiosk-ui/')))
        .map(({ target }) => target),
    ]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
    } else if (!finished.has(path)) {
      for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
      finished.add(path);
    }
  };
  for (const { path } of sources) visit(path, []);
  return cycles;
};

/** Rule 3. A library, the environment and time have one home each. */
export const oneHome: Rule = (sources) =>
  sources.flatMap(({ path, imports, globals }) => {
    if (placeOf(path) === undefined) return [];
    const taken = imports.filter(({ isPackage }) => isPackage);
    const libraries = taken.flatMap(({ target, typeOnly }) => {
      if (target.startsWith('node:') || (typeOnly && typesAnywhere.has(target))) return [];
      const homes = packageHomes[target];
      if (homes === undefined) return [`${path} imports ${target}, which has no home`];
      return isAtHome(path, homes) ? [] : [`${path} imports ${target}, whose home is elsewhere`];
    });
    const builtins = [...taken.map(({ target }) => target), ...globals].flatMap((name) =>
      isAtHome(path, builtinHomes[name] ?? [/^/u]) ? [] : [`${path} uses ${name}, whose home is elsewhere`],
    );
    return [...libraries, ...builtins];
  });

const isAtHome = (path: string, homes: readonly RegExp[]): boolean => homes.some((home) => home.test(path));

/** Rule 4. `<domain>.ts` imports types only, and touches nothing outside itself. */
export const pureRules: Rule = (sources) =>
  sources.flatMap(({ path, imports, globals }) => {
    const place = placeOf(path);
    if (place?.kind !== 'module' || place.layer !== 'rules') return [];
    const values = imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target);
    return [...values, ...globals].map((name) => `${path} is a rules file and must not use ${name}`);
  });

/**
 * Other workspaces know the contract. What runs beside the appliance stands on its platform and on its root: tables,
 * settings, the composed modules; so does the command line on its root.
 */
export const contractAlone: Rule = (sources) =>
  sources.flatMap(({ path, imports }) => {
    if (path.startsWith('appliance/') || isExempt(path)) return [];
    return imports
      .filter(({ target }) => target.startsWith('appliance/') && !isOpenTo(path, target))
      .map(({ target }) => `${path} imports ${target}: other workspaces know the contract alone`);
  });

const isOpenTo = (path: string, target: string): boolean =>
  target.startsWith('appliance/contract/') ||
  (/^(scripts|cloud-sync)\//u.test(path) && /^appliance\/src\/[a-z-]+\.ts$/u.test(target)) ||
  (path.startsWith('cloud-sync/') && target.startsWith('appliance/src/platform/'));
