import type { FanOut } from './fan-out.ts';
import { createFilterTree } from './filter-tree.ts';
import { toBuffer } from './receiver.ts';
import type { QoS } from './topic.ts';

/** As far as the emitter is concerned. */
export interface Emitted {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly qos: QoS;
}
type Done = (error?: Error) => void;
type Listener = (packet: Emitted, done: Done) => void;

/** What aedes asks of its `mq`. */
export interface Emitter {
  on(filter: string, listener: Listener, done?: Done): void;
  removeListener(filter: string, listener: Listener, done?: Done): void;
  emit(packet: Emitted, done?: Done): void;
  close(done: Done): void;
}

const nothing: Done = () => {};

/**
 * Hands each packet to its subscribers in the order in which it was emitted, and waits for none of them. The stock
 * emitter makes a publisher wait for its slowest subscriber, and overflows the stack when a subscriber leaves with
 * thousands of messages pending; here a slow subscriber is the business of its own connection's bounds.
 */
export function createEmitter(fanOut: FanOut, onError: (error: unknown) => void): Emitter {
  const listeners = createFilterTree<Listener>();
  let closed = false;

  const tellAll = (packet: Emitted) => {
    for (const listener of listeners.match(packet.topic)) {
      try {
        listener(packet, nothing);
      } catch (error) {
        onError(error);
      }
    }
  };

  return {
    on(filter, listener, done = nothing) {
      listeners.add(filter, listener);
      fanOut.forget();
      // aedes says "session present" after it has restored the subscriptions, so not at once; no event comes between.
      queueMicrotask(done);
    },
    removeListener(filter, listener, done = nothing) {
      listeners.remove(filter, listener);
      fanOut.forget();
      done();
    },
    emit(packet, done = nothing) {
      if (closed) {
        done(new Error('the broker is closed'));
        return;
      }
      const { topic, payload, qos } = packet;
      // What aedes tells itself, and what was refused, begins with $.
      if (qos === 2 || topic.startsWith('$')) tellAll(packet);
      else {
        const message = { topic, qos, payload: toBuffer(payload) };
        if (!fanOut.send(message)) fanOut.learn(message, () => tellAll(packet));
      }
      done();
    },
    close(done) {
      closed = true;
      done();
    },
  };
}
