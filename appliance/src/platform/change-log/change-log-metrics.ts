import type { Registry } from 'prom-client';
import { createCounter, createGauge } from '../metrics.ts';

/** What an entry takes in the database file, measured by `npm run bench -- sync --only capture`. */
export const bytesPerEntry = 58;

export interface ChangeLogLevels {
  entries(): number;
  extent(): { floor: number; newest: number; capture: string };
  acked(): number;
}

export function createChangeLogMetrics(registry: Registry, { entries, extent, acked }: ChangeLogLevels) {
  const gauge = (name: string, help: string, value: () => number) =>
    createGauge(registry, { name: `dugout_change_log_${name}`, help, value });
  gauge('entries', 'Entries of the change log', entries);
  gauge('bytes', 'Room that the change log takes, estimated', () => entries() * bytesPerEntry);
  gauge('seq', 'Number of the newest change', () => extent().newest);
  gauge('floor', 'Changes up to this number may be missing from the log', () => extent().floor);
  gauge('acked_seq', 'Number of the newest change that the replica is known to hold', acked);
  gauge('capturing', '1 while changes are logged; 0 after the log was given up', () =>
    extent().capture === 'on' ? 1 : 0,
  );
  const counter = (name: string, help: string) =>
    createCounter(registry, { name: `dugout_change_log_${name}_total`, help, labels: [] });
  return {
    folded: counter('folded', 'Entries removed because a later one says the same'),
    pruned: counter('pruned', 'Entries removed because the replica holds them, or the log was given up'),
  };
}
