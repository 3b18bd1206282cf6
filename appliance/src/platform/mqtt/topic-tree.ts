import type { Topic } from './topic.ts';
import { accepts, type Level } from './topic-path.ts';

export interface DeclaredTopic {
  readonly topic: Topic;
  readonly levels: readonly Level[];
}

export interface TopicMatch extends DeclaredTopic {
  readonly params: Readonly<Record<string, string>>;
  /** The levels of the topic as they were sent. */
  readonly texts: readonly string[];
}

interface Branch {
  readonly literals: Map<string, Branch>;
  parameter: Branch | undefined;
  readonly leaves: DeclaredTopic[];
}

const remembered = 4096;

/**
 * Finds the declared topic of a string by walking its levels. No two declared topics fit the same string, so the
 * first that fits is the one; what was found is remembered, because devices repeat themselves.
 */
export function createTopicTree(declared: readonly DeclaredTopic[]) {
  const root = branch();
  for (const entry of declared) {
    let at = root;
    for (const level of entry.levels)
      at = 'literal' in level ? literalOf(at, level.literal) : parameterOf(at);
    at.leaves.push(entry);
  }
  const found = new Map<string, TopicMatch>();
  return {
    match(path: string): TopicMatch | null {
      const known = found.get(path);
      if (known !== undefined) return known;
      const match = walk(root, path.split('/'), 0);
      if (match === null) return null;
      if (found.size >= remembered) found.clear();
      found.set(path, match);
      return match;
    },
  };
}

const branch = (): Branch => ({ literals: new Map(), parameter: undefined, leaves: [] });

function literalOf(at: Branch, text: string): Branch {
  const next = at.literals.get(text) ?? branch();
  at.literals.set(text, next);
  return next;
}

function parameterOf(at: Branch): Branch {
  at.parameter ??= branch();
  return at.parameter;
}

function walk(at: Branch, texts: readonly string[], depth: number): TopicMatch | null {
  const text = texts[depth];
  if (text === undefined) return leafFor(at, texts);
  const literal = at.literals.get(text);
  return (
    (literal ? walk(literal, texts, depth + 1) : null) ??
    (at.parameter ? walk(at.parameter, texts, depth + 1) : null)
  );
}

function leafFor(at: Branch, texts: readonly string[]): TopicMatch | null {
  const leaf = at.leaves.find(({ levels }) =>
    levels.every((level, depth) => accepts(level, texts[depth] ?? '')),
  );
  if (leaf === undefined) return null;
  const params: Record<string, string> = {};
  for (const [depth, level] of leaf.levels.entries()) {
    if ('parameter' in level) params[level.parameter] = texts[depth] ?? '';
  }
  return { ...leaf, params, texts };
}
