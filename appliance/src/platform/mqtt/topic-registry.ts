import type { Identity, Topic } from './topic.ts';
import { narrowed, overlap, permits } from './topic-access.ts';
import { fillPath, parsePath, topicPrefix } from './topic-path.ts';
import { createTopicTree, type DeclaredTopic, type TopicMatch } from './topic-tree.ts';

/** Why a topic may not be published to; the label under which it is counted. */
export type PublishRefusal = 'unknown_topic' | 'not_granted' | 'retained' | 'will';

/** Answers everything that is asked about topics from their values. What is not granted is refused. */
export interface TopicRegistry {
  readonly site: string;
  readonly topics: readonly Topic[];
  match(topic: string): TopicMatch | null;
  /** Throws when the topic is not of this registry or a parameter cannot stand in a topic. */
  address(topic: Topic, params: Readonly<Record<string, string>>): string;
  publishRefusal(
    identity: Identity,
    match: TopicMatch | null,
    flags: { readonly retain: boolean; readonly will: boolean },
  ): PublishRefusal | null;
  mayPublish(identity: Identity, topic: string, flags: { retain: boolean; will: boolean }): boolean;
  /** Only where every declared topic that fits the filter may be read, and at least one fits. */
  maySubscribe(identity: Identity, filter: string): boolean;
  mayReceive(identity: Identity, topic: string): boolean;
}

/** Throws when two topics share a name, could be the same string, or speak of `own` without an `{id}`. */
export function createTopicRegistry(site: string, topics: readonly Topic[]): TopicRegistry {
  const prefix = topicPrefix(site);
  const declared = topics.map((topic) => ({ topic, levels: parsePath(topic.path, topic.values) }));
  refuseContradictions(declared);
  const tree = createTopicTree(declared);
  const levelsByName = new Map(declared.map(({ topic, levels }) => [topic.name, levels]));

  const match = (topic: string) => (topic.startsWith(prefix) ? tree.match(topic.slice(prefix.length)) : null);

  const publishRefusal: TopicRegistry['publishRefusal'] = (identity, found, { retain, will }) => {
    if (found === null) return 'unknown_topic';
    const { topic, levels, texts } = found;
    if (!permits(topic.publish, identity, levels, texts)) return 'not_granted';
    if (retain && !topic.retained) return 'retained';
    if (will && !(topic.will ?? topic.retained)) return 'will';
    return null;
  };

  return {
    site,
    topics,
    match,
    address(topic, params) {
      const levels = levelsByName.get(topic.name);
      if (levels === undefined) throw new TypeError(`topic ${topic.name} is not registered`);
      return prefix + fillPath(levels, params);
    },
    publishRefusal,
    mayPublish: (identity, topic, flags) => publishRefusal(identity, match(topic), flags) === null,
    maySubscribe(identity, filter) {
      if (!filter.startsWith(prefix)) return false;
      const wanted = filter.slice(prefix.length).split('/');
      const reached = declared.flatMap(({ topic, levels }) => {
        const texts = narrowed(levels, wanted);
        return texts === undefined ? [] : [permits(topic.subscribe, identity, levels, texts)];
      });
      return reached.length > 0 && reached.every(Boolean);
    },
    mayReceive(identity, topic) {
      const found = match(topic);
      return found !== null && permits(found.topic.subscribe, identity, found.levels, found.texts);
    },
  };
}

function refuseContradictions(declared: readonly DeclaredTopic[]): void {
  for (const [at, { topic, levels }] of declared.entries()) {
    const hasId = levels.some((level) => 'parameter' in level && level.parameter === 'id');
    if (!hasId && [...topic.publish, ...topic.subscribe].some((grant) => grant.own)) {
      throw new Error(`topic ${topic.name}: "own" needs an {id} in ${topic.path}`);
    }
    for (const other of declared.slice(at + 1)) {
      if (topic.name === other.topic.name) throw new Error(`topic ${topic.name} is declared twice`);
      if (overlap(levels, other.levels)) {
        throw new Error(
          `topics ${topic.name} and ${other.topic.name} can be the same string: give a parameter its values`,
        );
      }
    }
  }
}
