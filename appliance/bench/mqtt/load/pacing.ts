import { type Publisher, publish, sentBy } from './publishers.ts';

export interface Sending {
  /** Wants to know when somebody has heard something: there may be room to send again. */
  readonly onRead: () => void;
  readonly stop: () => void;
}

/** So many messages a second, evenly, the publishers in turn. */
export function startPaced(publishers: readonly Publisher[], perSecond: number): Sending {
  const started = performance.now();
  let count = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1_000) * perSecond);
    for (; count < due; count += 1) {
      const publisher = publishers[count % publishers.length];
      if (publisher !== undefined) publish(publisher);
    }
  }, 1);
  return { onRead: () => {}, stop: () => clearInterval(timer) };
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

/** What has not arrived when nothing has for this long makes room again. */
const givenUpAfterMs = 500;

/** As fast as it goes. `arrived` says how many messages have, of all that were sent. */
export function startFlood(
  parts: Omit<FloodParts, 'onTheirWay' | 'isOver'> & { readonly arrived: () => number },
): Sending {
  let over = false;
  let givenUp = 0;
  let seen = 0;
  const missing = () => sentBy(parts.publishers) - parts.arrived();
  const pump = createFlood({ ...parts, onTheirWay: () => missing() - givenUp, isOver: () => over });
  const rescue = setInterval(() => {
    if (parts.arrived() === seen) givenUp = missing();
    seen = parts.arrived();
    pump();
  }, givenUpAfterMs);
  pump();
  return {
    onRead: pump,
    stop() {
      over = true;
      clearInterval(rescue);
    },
  };
}
