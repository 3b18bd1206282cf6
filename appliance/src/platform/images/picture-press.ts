import { defineProblems, Problem } from '../errors.ts';

export const pressProblems = defineProblems({
  pictures_busy: {
    status: 503,
    title: 'Too many pictures are waiting to be worked on.',
    cause: 'Pictures are made one at a time, behind everything else; more arrived than may wait.',
    remedy: 'Try again after some seconds.',
  },
});

/** Who is first when the press is free: someone waits for an answer, or nobody looks. */
export type Urgency = 'awaited' | 'background';

/** Makes pictures one at a time, so that any burst of them takes at most one core, and a bounded number may wait. */
export interface PicturePress {
  /** Resolves with what `make` makes when its turn came. Rejects with `pictures_busy` when too many wait. */
  run<Result>(make: () => Promise<Result>, urgency: Urgency): Promise<Result>;
  /** How many wait, the one being made not counted. */
  readonly waiting: number;
  /** Refuses what waits and what comes, and resolves when the press stands still. */
  stop(): Promise<void>;
}

interface Order {
  start(): Promise<void>;
  refuse(): void;
}

export function createPicturePress({ mayWait = 64 }: { mayWait?: number } = {}): PicturePress {
  const queues: Record<Urgency, Order[]> = { awaited: [], background: [] };
  let running: Promise<void> | undefined;
  let stopped = false;

  const waiting = () => queues.awaited.length + queues.background.length;
  const busy = () => new Problem(pressProblems.pictures_busy, undefined, { retry_after_seconds: 5 });

  async function work(): Promise<void> {
    for (;;) {
      const next = queues.awaited.shift() ?? queues.background.shift();
      if (next === undefined) break;
      await next.start();
    }
    running = undefined;
  }

  return {
    get waiting() {
      return waiting();
    },

    run(make, urgency) {
      if (stopped || waiting() >= mayWait) return Promise.reject(busy());
      return new Promise((resolve, reject) => {
        queues[urgency].push({
          start: () => Promise.resolve().then(make).then(resolve, reject),
          refuse: () => reject(busy()),
        });
        running ??= work();
      });
    },

    async stop() {
      stopped = true;
      for (const order of [...queues.awaited.splice(0), ...queues.background.splice(0)]) order.refuse();
      await running;
    },
  };
}
