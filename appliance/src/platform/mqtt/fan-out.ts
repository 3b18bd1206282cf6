import { generate } from 'mqtt-packet';
import type { SignedIn } from './clients.ts';
import type { BrokerLimits } from './limits.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';

/** The short way of QoS 0 messages from the emitter to the connections of their readers. */
export interface FanOut {
  /**
   * Sends to the readers of the topic, if they are known; false when they are not. `encoded` is the message as a
   * PUBLISH of QoS 0 without flags, where it exists already.
   */
  send(topic: string, payload: Buffer, encoded?: Buffer): boolean;
  /** Takes those whom `deliver` chooses as the readers of the topic. */
  learn(topic: string, deliver: () => void): void;
  /** aedes is about to deliver a message to this reader, or would if it kept up. */
  chosen(reader: SignedIn): void;
  /** Subscriptions have changed. */
  forget(): void;
}

interface Batch {
  readonly readers: readonly SignedIn[];
  readonly messages: Buffer[];
  bytes: number;
}

const topicsRemembered = 4096;
const batchBytes = 64 * 1024;

/**
 * Who reads a topic is not worked out here but learnt: the first message of a topic goes through aedes, and whom it
 * asks for, once each, whatever they subscribe to, are the readers until any subscription changes. Whether they may
 * read it is settled with that: it depends on who they are and on the topic, and neither changes.
 *
 * Messages in a row for the same readers are one write to each. aedes writes a message one turn of the event loop after it
 * decided to deliver it, in order; so do these, and a batch ends where aedes delivers something of its own.
 */
export function createFanOut(limits: BrokerLimits, metrics: MqttMetrics): FanOut {
  const known = new Map<string, readonly SignedIn[]>();
  /** The same readers are the same list. */
  const lists = new Map<string, readonly SignedIn[]>();
  let learning: SignedIn[] | null = null;
  let open: Batch | null = null;

  const sameList = (readers: readonly SignedIn[]): readonly SignedIn[] => {
    const key = readers.map(({ id }) => id).join('\n');
    const list = lists.get(key) ?? readers;
    lists.set(key, list);
    return list;
  };
  const forget = () => {
    known.clear();
    lists.clear();
    open = null;
  };

  const flush = (batch: Batch) => {
    if (open === batch) open = null;
    const count = batch.messages.length;
    const bytes = Buffer.concat(batch.messages, batch.bytes);
    for (const { connection } of batch.readers) {
      if (connection.destroyed) continue;
      if (connection.backlog > limits.backlogBytes) metrics.dropped('slow_subscriber', count);
      else {
        connection.write(bytes);
        metrics.message('sent', count);
      }
    }
  };
  const append = (readers: readonly SignedIn[], message: Buffer) => {
    if (open === null || open.readers !== readers || open.bytes >= batchBytes) {
      open = { readers, messages: [], bytes: 0 };
      setImmediate(flush, open);
    }
    open.messages.push(message);
    open.bytes += message.length;
  };

  return {
    send(topic, payload, encoded) {
      const readers = known.get(topic);
      if (readers === undefined) return false;
      if (readers.length > 0) append(readers, encoded ?? encode(topic, payload));
      return true;
    },
    learn(topic, deliver) {
      const readers: SignedIn[] = [];
      learning = readers;
      try {
        deliver();
      } finally {
        learning = null;
      }
      if (known.size >= topicsRemembered) forget();
      known.set(topic, sameList(readers));
    },
    chosen(reader) {
      open = null;
      learning?.push(reader);
    },
    forget,
  };
}

const encode = (topic: string, payload: Buffer): Buffer =>
  generate({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false });

/** Every message goes the way of aedes. */
export const noFanOut: FanOut = {
  send: () => false,
  learn: (_topic, deliver) => deliver(),
  chosen: () => {},
  forget: () => {},
};
