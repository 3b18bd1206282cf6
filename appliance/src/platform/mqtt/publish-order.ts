import type { QoS } from './topic.ts';

/** Keeps the messages of one connection in the order they were sent in, whatever their quality of service. */
export interface PublishOrder {
  /** Runs `publish` when all messages before it are published. */
  next(qos: QoS, publish: () => void): void;
  /** A message of QoS 1 is published. */
  published(): void;
}

/**
 * aedes publishes a message of QoS 1 when its PUBACK is written, a turn of the event loop or more after it was let
 * through; one of QoS 0 or 2 at once, past the others. So those wait for the ones of QoS 1 before them.
 */
export function createPublishOrder(): PublishOrder {
  const waiting: { readonly after: number; readonly publish: () => void }[] = [];
  let begun = 0;
  let published = 0;
  return {
    next(qos, publish) {
      if (qos === 1) {
        begun += 1;
        publish();
      } else if (published === begun) publish();
      else waiting.push({ after: begun, publish });
    },
    published() {
      published += 1;
      while (waiting[0] !== undefined && waiting[0].after <= published) waiting.shift()?.publish();
    },
  };
}
