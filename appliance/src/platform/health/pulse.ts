import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { HealthCheck } from './health.ts';
import { findPulse, setPulse } from './pulse-store.ts';

/** An answer is good for this long, however often it is asked for. */
const answerKeptMs = 3_000;
/** An earlier run may have gone on for this long after its last beat. */
export const beatMs = 60_000;

export interface Pulse extends HealthCheck {
  /** The wall time of the last beat of an earlier run; undefined on the first one ever. */
  readonly lastSeen: () => number | undefined;
  start(): void;
  stop(): void;
}

/**
 * Writes the time into a row, really and durably: the proof that the database takes writes, and what the appliance
 * knows of the time when it starts with a clock that has been reset.
 */
export function createPulse(database: Pick<Database, 'write' | 'now'>, clock: Clock): Pulse {
  let answer: Promise<unknown> | undefined;
  let answeredAt = 0;
  let stopBeating = () => {};

  function beat(): Promise<unknown> {
    answeredAt = clock.monotonic();
    answer = database.write((transaction) => transaction.run(setPulse, { beat_at: clock.now() }));
    return answer;
  }

  return {
    name: 'database',
    async check() {
      const isFresh = answer !== undefined && clock.monotonic() - answeredAt < answerKeptMs;
      await (isFresh ? answer : beat());
    },
    lastSeen: () => database.now.get(findPulse, {})?.beat_at,
    start() {
      // Whoever asks for readiness hears of a failure; it needs no second report here.
      const quietBeat = () => void beat().catch(() => {});
      quietBeat();
      stopBeating = clock.every(beatMs, quietBeat);
    },
    stop: () => stopBeating(),
  };
}
