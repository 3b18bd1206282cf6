import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';

/** One thing that is started and stopped. Constructors do nothing; this is where it happens. */
export interface Part {
  readonly name: string;
  start?(): void | Promise<void>;
  stop?(): void | Promise<void>;
  /** How long `stop` may take before the next part is stopped regardless; 5 s unless told. */
  readonly graceMs?: number;
}

export interface Lifecycle {
  /** Starts the parts in order. When one fails, stops those that had started, in reverse, and throws its error. */
  start(): Promise<void>;
  /** Stops what was started, in reverse. Answers whether every part stopped in time and without an error. */
  stop(): Promise<boolean>;
}

const defaultGraceMs = 5_000;

export function createLifecycle(parts: readonly Part[], logger: Logger, clock: Clock): Lifecycle {
  const started: Part[] = [];
  let starting: Promise<void> = Promise.resolve();
  let stopping: Promise<boolean> | undefined;

  async function startAll(): Promise<void> {
    for (const part of parts) {
      if (stopping !== undefined) return;
      const began = clock.monotonic();
      // A part that fails half way may hold something, so it is stopped as well.
      started.push(part);
      await part.start?.();
      logger.debug({ part: part.name, ms: Math.round(clock.monotonic() - began) }, 'started');
    }
  }

  async function stopAll(): Promise<boolean> {
    let orderly = true;
    for (let part = started.pop(); part !== undefined; part = started.pop()) {
      orderly = (await stopPart(part)) && orderly;
    }
    return orderly;
  }

  async function stopPart(part: Part): Promise<boolean> {
    const graceMs = part.graceMs ?? defaultGraceMs;
    try {
      await inTime(clock, graceMs, async () => part.stop?.());
      logger.debug({ part: part.name }, 'stopped');
      return true;
    } catch (error) {
      logger.error({ err: error, part: part.name }, 'did not stop in order');
      return false;
    }
  }

  function stop(): Promise<boolean> {
    stopping ??= Promise.allSettled([starting]).then(stopAll);
    return stopping;
  }

  return {
    async start() {
      starting = startAll();
      try {
        await starting;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
}

function inTime(clock: Clock, ms: number, work: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.deadline(ms, () => reject(new Error(`not done after ${ms} ms`)));
    work().then(resolve, reject).finally(cancel);
  });
}
