import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let trueAt: number | null = null;

/**
 * Learns from a replica's answer how old its data are. What is kept is the moment, by this device's clock, at which
 * they were last known to be the venue's: from then on their age grows by itself, whether answers come or not.
 */
export function learnDataAge(headers: Headers, deviceNow = Date.now()): void {
  const lag = headers.get('data-lag-ms');
  if (lag === null || !/^\d+(?:\.\d+)?$/u.test(lag)) return;
  trueAt = deviceNow - Number(lag);
  for (const listener of listeners) listener();
}

/** Milliseconds of this device's clock; null where no replica has told an age, as at the venue itself. */
export function dataTrueAt(): number | null {
  return trueAt;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDataTrueAt(): number | null {
  return useSyncExternalStore(subscribe, dataTrueAt);
}
