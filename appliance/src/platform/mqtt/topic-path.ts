import type { ParamsOf, Topic } from './topic.ts';

/** One level of a declared topic. */
export type Level =
  | { readonly literal: string }
  | { readonly parameter: string; readonly values: ReadonlySet<string> | null };

const longestLevel = 128;

/** All topics of a site are below it, and nothing else is. */
export const topicPrefix = (site: string): string => `dugout/v1/${site}/`;

/** `{kind}/{id}/state` → its levels. Throws on a path that cannot be matched. */
export function parsePath(path: string, values: Readonly<Record<string, readonly string[]>> = {}): Level[] {
  const levels = path.split('/').map((text): Level => {
    const name = /^\{(\w+)\}$/u.exec(text)?.[1];
    if (name !== undefined) return { parameter: name, values: values[name] ? new Set(values[name]) : null };
    if (!isLevelText(text) || /[{}]/u.test(text)) throw new Error(`topic path ${path}: bad level "${text}"`);
    return { literal: text };
  });
  const names = levels.flatMap((level) => ('parameter' in level ? [level.parameter] : []));
  if (new Set(names).size < names.length) throw new Error(`topic path ${path}: a parameter appears twice`);
  for (const name of Object.keys(values)) {
    if (!names.includes(name))
      throw new Error(`topic path ${path}: values for {${name}}, which is not in it`);
  }
  return levels;
}

/** Whether a level of a real topic may read `text`. */
export const accepts = (level: Level, text: string): boolean =>
  'literal' in level ? level.literal === text : (level.values?.has(text) ?? isLevelText(text));

/** Text that can stand between two slashes: no wildcards, no control or replacement characters, of sane length. */
export function isLevelText(text: string): boolean {
  if (text.length === 0 || text.length > longestLevel) return false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    if (isControl || code === 0x23 || code === 0x2b || code === 0x2f || code === 0xfffd) return false;
  }
  return true;
}

/** Whether messages can be published to it: it names one topic [MQTT-3.3.2-2]. */
export const isPlainTopic = (topic: string): boolean =>
  topic.length > 0 && !topic.includes('+') && !topic.includes('#');

/** Looks no further than it must: a topic of 64 kB can be all slashes. */
export function isDeeperThan(levels: number, topic: string): boolean {
  let at = -1;
  for (let seen = 1; seen <= levels; seen += 1) {
    at = topic.indexOf('/', at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** Puts `params` into the levels. Throws when one is missing or cannot stand in a topic. */
export function fillPath(levels: readonly Level[], params: Readonly<Record<string, string>>): string {
  return levels
    .map((level) => {
      if ('literal' in level) return level.literal;
      const text = params[level.parameter];
      if (text !== undefined && accepts(level, text)) return text;
      throw new TypeError(`topic parameter {${level.parameter}} is missing or cannot stand in a topic`);
    })
    .join('/');
}

/** The full topic of a declared one, for clients; throws as `fillPath` does. */
export const topicAddress = <T extends Topic>(site: string, topic: T, params: ParamsOf<T>): string =>
  topicPrefix(site) + fillPath(parsePath(topic.path, topic.values), params);
