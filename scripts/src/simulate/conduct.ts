import { Refusal } from './http-client.ts';
import type { Tally } from './tally.ts';

/** Somebody else was faster; the floor is asked again and life goes on. */
const overtaken = new Set(['invalid_transition', 'queue_empty', 'attraction_paused']);

export type Attempt = (who: string, work: () => Promise<unknown>) => Promise<boolean>;

/**
 * Runs what an actor sets out to do. True when it was done; being too late is counted, anything else that goes wrong
 * is noted as a fault, and what ends because the simulation stops is neither.
 */
export const createAttempt =
  (tally: Tally, stop: AbortSignal): Attempt =>
  async (who, work) => {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Refusal && overtaken.has(error.code)) tally.overtaken += 1;
      else if (!(stop.aborted && error instanceof Error && error.name === 'AbortError')) {
        tally.faults.push(`${who}: ${error instanceof Error ? error.message : String(error)}`);
      }
      return false;
    }
  };
