import type { Role } from '../../../contract/auth.ts';
import type { Identity, Topic } from './topic.ts';
import { type Level, parsePath } from './topic-path.ts';

export type Publisher = Pick<Identity, 'name' | 'role'>;

/**
 * Who sent a message is not told by a broker. But a topic that each device has for itself names the only one that
 * its grants let publish there, and the outside broker holds devices to the same grants (`mosquittoAcl`). Null for a
 * topic that several may publish to: what comes there could be from anybody.
 */
export function publishersOf(
  topic: Topic,
): ((params: Readonly<Record<string, string>>) => Publisher | null) | null {
  const roles = new Set<Role>();
  for (const grant of topic.publish) {
    if (!grant.own || grant.roles === 'signed_in') return null;
    for (const role of grant.roles) roles.add(role);
  }
  const parameters = parsePath(topic.path, topic.values).flatMap((level) =>
    'parameter' in level ? [level.parameter] : [],
  );
  const [only, ...others] = roles;
  const isNamed = parameters.includes('kind') || others.length === 0;
  if (only === undefined || !parameters.includes('id') || !isNamed) return null;
  return ({ kind = only, id }) => {
    const role = [...roles].find((one) => one === kind);
    return id === undefined || role === undefined ? null : { name: id, role };
  };
}

/**
 * The subscription filters, below the site's prefix, that reach a topic and no other: parameters whose values are
 * known are spelled out.
 */
export function filtersOf(topic: Topic): string[] {
  let filters: string[][] = [[]];
  for (const level of parsePath(topic.path, topic.values)) {
    filters = filters.flatMap((before) => textsOf(level).map((text) => [...before, text]));
  }
  return filters.map((levels) => levels.join('/'));
}

const textsOf = (level: Level): readonly string[] =>
  'literal' in level ? [level.literal] : [...(level.values ?? ['+'])];
