import { type Publisher, publish } from './publishers.ts';

/** So many messages a second, evenly, the publishers in turn. Returns how to stop. */
export function startPaced(publishers: readonly Publisher[], perSecond: number): () => void {
  const started = performance.now();
  let count = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1_000) * perSecond);
    for (; count < due; count += 1) {
      const publisher = publishers[count % publishers.length];
      if (publisher !== undefined) publish(publisher);
    }
  }, 1);
  return () => clearInterval(timer);
}

export interface Flood {
  readonly burst: number;
  /** Messages on their way, of all publishers; at QoS 1 each publisher has its share of it unacknowledged at most. */
  readonly window: number;
}

export interface FloodParts extends Flood {
  readonly publishers: readonly Publisher[];
  readonly acknowledges: boolean;
  /** Of all messages sent, how many have not arrived. */
  readonly onTheirWay: () => number;
  /** Asked before each write; nothing is sent any more once it says so. */
  readonly isOver: () => boolean;
}

/** Answers a function that publishes, the publishers in turn, as long as there is room in the window. */
export function createFlood({
  publishers,
  burst,
  window,
  acknowledges,
  onTheirWay,
  isOver,
}: FloodParts): () => void {
  const windowOfOne = window / publishers.length;
  let turn = 0;
  const hasRoom = ({ sent, acknowledged }: Publisher) =>
    !acknowledges || sent - acknowledged + burst <= windowOfOne;
  return () => {
    let room = window - onTheirWay();
    for (let tried = 0; tried < publishers.length && room >= burst && !isOver(); tried += 1) {
      const publisher = publishers[turn % publishers.length];
      turn += 1;
      if (publisher === undefined || !hasRoom(publisher)) continue;
      publish(publisher);
      room -= burst;
      tried = -1;
    }
  };
}
