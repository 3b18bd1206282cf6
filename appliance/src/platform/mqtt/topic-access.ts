import type { Access, Grant, Identity } from './topic.ts';
import { accepts, type Level } from './topic-path.ts';

/** Whether `access` lets the identity use every topic that has these texts; null stands for "any text here". */
export const permits = (
  access: Access,
  identity: Identity,
  levels: readonly Level[],
  texts: readonly (string | null)[],
): boolean =>
  access.some((grant) => grants(grant, identity) && (!grant.own || isOwn(identity, levels, texts)));

const grants = (grant: Grant, identity: Identity): boolean =>
  grant.roles === 'signed_in' || grant.roles.includes(identity.role);

/** What stands for `{id}` in the identity's own topics. */
export const idOf = ({ name, ownId }: Pick<Identity, 'name' | 'ownId'>): string => ownId ?? name;

function isOwn(identity: Identity, levels: readonly Level[], texts: readonly (string | null)[]): boolean {
  return levels.every((level, at) => {
    if ('literal' in level) return true;
    if (level.parameter === 'id') return texts[at] === idOf(identity);
    if (level.parameter === 'kind') return texts[at] === identity.role;
    return true;
  });
}

/**
 * What is left of a declared topic's levels under a subscription filter, null where any text may stand; undefined
 * when no topic fits both.
 */
export function narrowed(
  levels: readonly Level[],
  filter: readonly string[],
): readonly (string | null)[] | undefined {
  const many = filter.at(-1) === '#';
  const fixed = many ? filter.slice(0, -1) : filter;
  if (many ? fixed.length > levels.length : fixed.length !== levels.length) return undefined;
  const texts: (string | null)[] = [];
  for (const [at, level] of levels.entries()) {
    const wanted = fixed[at];
    if (wanted === undefined || wanted === '+') texts.push('literal' in level ? level.literal : null);
    else if (accepts(level, wanted)) texts.push(wanted);
    else return undefined;
  }
  return texts;
}

/** Whether two declared topics could be the same string. */
export const overlap = (a: readonly Level[], b: readonly Level[]): boolean =>
  a.length === b.length && a.every((level, at) => shareText(level, b[at] ?? level));

function shareText(a: Level, b: Level): boolean {
  if ('literal' in a) return accepts(b, a.literal);
  if ('literal' in b) return accepts(a, b.literal);
  if (a.values === null || b.values === null) return true;
  return [...a.values].some((text) => accepts(b, text));
}
