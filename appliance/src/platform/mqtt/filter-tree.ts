import { createMemo } from './memo.ts';

interface Branch<Value> {
  readonly children: Map<string, Branch<Value>>;
  readonly values: Set<Value>;
}

const remembered = 4096;

/** Subscriptions by filter, found by topic as MQTT 3.1.1 section 4.7 says; what was found is remembered until they change. */
export interface FilterTree<Value> {
  add(filter: string, value: Value): void;
  remove(filter: string, value: Value): void;
  match(topic: string): readonly Value[];
}

export function createFilterTree<Value>(): FilterTree<Value> {
  const root = createBranch<Value>();
  const matches = createMemo(remembered, (topic) => {
    const found: Value[] = [];
    collect(root, topic.split('/'), 0, found);
    return found;
  });
  return {
    add(filter, value) {
      matches.forget();
      let at = root;
      for (const level of filter.split('/')) {
        const next = at.children.get(level) ?? createBranch<Value>();
        at.children.set(level, next);
        at = next;
      }
      at.values.add(value);
    },
    remove(filter, value) {
      matches.forget();
      prune(root, filter.split('/'), 0, value);
    },
    match: matches.of,
  };
}

const createBranch = <Value>(): Branch<Value> => ({ children: new Map(), values: new Set() });

function collect<Value>(at: Branch<Value>, levels: readonly string[], depth: number, found: Value[]): void {
  const level = levels[depth];
  // [MQTT-4.7.2-1] A wildcard in the first place does not reach topics that begin with $.
  const wildcards = depth > 0 || !level?.startsWith('$');
  if (wildcards) for (const value of at.children.get('#')?.values ?? []) found.push(value);
  if (level === undefined) {
    for (const value of at.values) found.push(value);
    return;
  }
  const literal = at.children.get(level);
  if (literal) collect(literal, levels, depth + 1, found);
  const any = wildcards ? at.children.get('+') : undefined;
  if (any) collect(any, levels, depth + 1, found);
}

function prune<Value>(at: Branch<Value>, levels: readonly string[], depth: number, value: Value): void {
  const level = levels[depth];
  if (level === undefined) {
    at.values.delete(value);
    return;
  }
  const child = at.children.get(level);
  if (child === undefined) return;
  prune(child, levels, depth + 1, value);
  if (child.children.size === 0 && child.values.size === 0) at.children.delete(level);
}

/** Whether a topic fits a filter, for one pair of them. */
export function fits(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (const [depth, level] of wanted.entries()) {
    if (level === '#') return true;
    if (depth >= levels.length || (level !== '+' && level !== levels[depth])) return false;
  }
  return wanted.length === levels.length;
}
