import { fits } from './filter-tree.ts';
import { createMemo } from './memo.ts';
import type { QoS } from './topic.ts';

const remembered = 256;

/** What one client subscribes to, and at which quality of service. */
export interface GrantedFilters {
  readonly size: number;
  has(filter: string): boolean;
  set(filter: string, qos: QoS): void;
  delete(filter: string): void;
  /** The best quality of service of all filters that the topic fits. */
  bestFor(topic: string): QoS;
}

export function createGrantedFilters(): GrantedFilters {
  const filters = new Map<string, QoS>();
  const best = createMemo(remembered, (topic) => {
    let found: QoS = 0;
    for (const [filter, qos] of filters) if (qos > found && fits(filter, topic)) found = qos;
    return found;
  });
  return {
    get size() {
      return filters.size;
    },
    has: (filter) => filters.has(filter),
    set(filter, qos) {
      filters.set(filter, qos);
      best.forget();
    },
    delete(filter) {
      filters.delete(filter);
      best.forget();
    },
    bestFor: best.of,
  };
}
