import { createFilterTree } from './filter-tree.ts';

/** As far as the emitter is concerned. */
export interface Emitted {
  readonly topic: string;
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
export function createEmitter(onError: (error: unknown) => void): Emitter {
  const listeners = createFilterTree<Listener>();
  let closed = false;
  return {
    on(filter, listener, done = nothing) {
      listeners.add(filter, listener);
      // aedes says "session present" after it has restored the subscriptions, so not at once; no event comes between.
      queueMicrotask(done);
    },
    removeListener(filter, listener, done = nothing) {
      listeners.remove(filter, listener);
      done();
    },
    emit(packet, done = nothing) {
      if (closed) {
        done(new Error('the broker is closed'));
        return;
      }
      for (const listener of listeners.match(packet.topic)) {
        try {
          listener(packet, nothing);
        } catch (error) {
          onError(error);
        }
      }
      done();
    },
    close(done) {
      closed = true;
      done();
    },
  };
}
