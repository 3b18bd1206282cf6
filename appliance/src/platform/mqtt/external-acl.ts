import { filtersOf } from './external-publisher.ts';
import type { Access, Identity, Topic } from './topic.ts';
import { idOf, permits } from './topic-access.ts';
import { type Level, parsePath, topicPrefix } from './topic-path.ts';

export type ListedUser = Pick<Identity, 'name' | 'role' | 'ownId'>;

export interface AccessList {
  readonly site: string;
  readonly topics: readonly Topic[];
  /** The user as whom the appliance itself signs in. */
  readonly appliance: string;
  /** Everybody else who may. */
  readonly users: readonly ListedUser[];
  /** Processes that take a topic in beside the appliance, each under a name of its own. */
  readonly workers?: { readonly names: readonly string[]; readonly topic: Topic };
}

/** Whether a name can stand in an access list, whose lines are split at spaces and whose filters have wildcards. */
export const isListable = (name: string): boolean => /^[\p{L}\p{N}._@-]+$/u.test(name);

/**
 * The grants of the topics as Mosquitto's access list: a section per user, because Mosquitto knows no roles. A pattern
 * with `%u` would give every device the topics of every kind under its name. Throws where a name cannot stand in such
 * a file, and where somebody has the appliance's own.
 */
export function mosquittoAcl({ site, topics, appliance, users, workers }: AccessList): string {
  for (const name of [appliance, ...(workers?.names ?? [])]) {
    if (users.some((user) => user.name === name))
      throw new Error(`the user ${name} is somebody else: let this program sign in under another name`);
  }
  const prefix = topicPrefix(site);
  const sections = users.map((user) => [
    `# ${user.role}`,
    `user ${listed(user.name)}`,
    ...topics.flatMap((topic) => linesFor(prefix, topic, user)),
  ]);
  const ours = ['# the appliance', `user ${listed(appliance)}`, `topic readwrite ${prefix}#`];
  const read = workers === undefined ? [] : filtersOf(workers.topic);
  const beside = (workers?.names ?? []).map((name) => [
    '# a worker',
    `user ${listed(name)}`,
    ...read.map((filter) => `topic read ${prefix}${filter}`),
  ]);
  return `${[header(site), ours, ...beside, ...sections].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const header = (site: string): string[] => [
  `# Who may publish and read what at the site ${site}, from the topics of the appliance.`,
  '# Write it anew when a device is enrolled or revoked: npx dugout mqtt acl > <acl_file>, then SIGHUP to Mosquitto.',
  '# It cannot say which messages may be retained or be a last will: the appliance refuses what it should not take.',
];

function listed(name: string): string {
  if (isListable(name)) return name;
  throw new Error(`the user ${JSON.stringify(name)} cannot stand in an access list`);
}

function linesFor(prefix: string, topic: Topic, user: ListedUser): string[] {
  const levels = parsePath(topic.path, topic.values);
  const identity: Identity = { ...user, userId: '' };
  const written = reachable(topic.publish, identity, levels);
  const read = reachable(topic.subscribe, identity, levels);
  return [...new Set([...written, ...read])].map((filter) => {
    const may = !read.has(filter) ? 'write' : written.has(filter) ? 'readwrite' : 'read';
    return `topic ${may} ${prefix}${filter}`;
  });
}

/** The widest filters under which the access lets the identity use every topic. */
function reachable(access: Access, identity: Identity, levels: readonly Level[]): Set<string> {
  const found = new Set<string>();
  for (const texts of choices(levels)) {
    const own = texts.map((text, at) => (isId(levels[at]) ? idOf(identity) : text));
    const widest = [texts, own].find((candidate) => permits(access, identity, levels, candidate));
    if (widest !== undefined) found.add(widest.map((text) => text ?? '+').join('/'));
  }
  return found;
}

const isId = (level: Level | undefined): boolean =>
  level !== undefined && 'parameter' in level && level.parameter === 'id';

/** Every way to read the levels: parameters whose values are known take each of them, the others stay open. */
function choices(levels: readonly Level[]): (string | null)[][] {
  let all: (string | null)[][] = [[]];
  for (const level of levels) {
    const texts = 'literal' in level ? [level.literal] : level.values === null ? [null] : [...level.values];
    all = all.flatMap((before) => texts.map((text) => [...before, text]));
  }
  return all;
}
