import type { SignedIn } from './clients.ts';
import { encodePublish, idAt, putId } from './publish-packet.ts';
import type { JudgeReader } from './slow-readers.ts';
import type { QoS } from './topic.ts';

/** What can go the short way: QoS 2 is a conversation, which is aedes's. */
export interface Short {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Exclude<QoS, 2>;
}

/** The short way of messages from the emitter to the connections of their readers. */
export interface FanOut {
  /**
   * Sends to the readers of the topic, if they are known; false when they are not. `encoded` is the message as a
   * PUBLISH of QoS 0 without flags, where it exists already.
   */
  send(message: Short, encoded?: Buffer): boolean;
  /** Takes those whom `deliver` chooses as the readers of the topic at this quality of service. */
  learn(message: Short, deliver: () => void): void;
  /** aedes is about to deliver a message to this reader at this quality of service, or would if it kept up. */
  chosen(reader: SignedIn, qos: QoS): void;
  /** Subscriptions have changed. */
  forget(): void;
}

/** Who reads a topic, by the quality of service at which they do: without a packet id, or each with one of its own. */
interface Audience {
  readonly plain: readonly SignedIn[];
  readonly numbered: readonly SignedIn[];
}

interface Batch {
  readonly audience: Audience;
  readonly qos: Short['qos'];
  readonly plain: Buffer[];
  readonly numbered: Buffer[];
  /** Where the packet ids are in all of `numbered`, one after the other. */
  readonly idsAt: number[];
  messages: number;
  bytes: number;
}

interface Learning {
  readonly plain: SignedIn[];
  readonly numbered: SignedIn[];
  /** Somebody keeps a session, with what is not acknowledged: all of it goes the way of aedes. */
  isOrdinary: boolean;
}

const topicsRemembered = 4096;
const batchBytes = 64 * 1024;

/**
 * Who reads a topic is not worked out here but learnt: the first message of a topic goes through aedes, and whom it
 * asks for, once each, whatever they subscribe to, are the readers until any subscription changes. Whether they may
 * read it is settled with that: it depends on who they are and on the topic, and neither changes.
 *
 * A message is encoded once. At QoS 1 each reader gets a copy with its own packet ids; aedes does not remember either
 * what it sent to a session that ends with its connection.
 *
 * Messages in a row for the same readers are one write to each. aedes writes a message one turn of the event loop after it
 * decided to deliver it, in order; so do these, and a batch ends where aedes delivers something of its own.
 */
export function createFanOut(judge: JudgeReader): FanOut {
  /** By the quality of service at which it was sent, and by topic; null where aedes delivers. */
  const known = [new Map<string, Audience | null>(), new Map<string, Audience | null>()] as const;
  /** The same readers are the same audience. */
  const audiences = new Map<string, Audience>();
  let learning: Learning | null = null;
  let open: Batch | null = null;

  const sameAudience = (audience: Audience): Audience => {
    const key = [audience.plain, audience.numbered].map((of) => of.map(({ id }) => id).join('\n')).join('\0');
    const same = audiences.get(key) ?? audience;
    audiences.set(key, same);
    return same;
  };
  const forget = () => {
    for (const topics of known) topics.clear();
    audiences.clear();
    open = null;
  };

  const flush = (batch: Batch) => {
    if (open === batch) open = null;
    const { audience, qos, messages, idsAt } = batch;
    const takes = (reader: SignedIn) =>
      !reader.connection.destroyed && judge(reader, qos, messages) === 'deliver';
    const plain = Buffer.concat(batch.plain);
    for (const reader of audience.plain) if (takes(reader)) reader.connection.write(plain);
    const numbered = Buffer.concat(batch.numbered);
    for (const reader of audience.numbered) {
      if (!takes(reader)) continue;
      const own = Buffer.from(numbered);
      for (const at of idsAt) putId(own, at, reader.packetIds.next());
      reader.connection.write(own);
    }
  };
  const batchFor = (audience: Audience, qos: Short['qos']): Batch => {
    if (open === null || open.audience !== audience || open.qos !== qos || open.bytes >= batchBytes) {
      open = { audience, qos, plain: [], numbered: [], idsAt: [], messages: 0, bytes: 0 };
      setImmediate(flush, open);
    }
    return open;
  };
  const append = (audience: Audience, { topic, payload, qos }: Short, encoded?: Buffer) => {
    const batch = batchFor(audience, qos);
    if (audience.plain.length > 0) batch.plain.push(encoded ?? encodePublish(topic, payload, 0));
    if (audience.numbered.length > 0) {
      const packet = encodePublish(topic, payload, 1);
      batch.idsAt.push(batch.bytes + idAt(packet, payload));
      batch.numbered.push(packet);
      batch.bytes += packet.length;
    } else batch.bytes += batch.plain.at(-1)?.length ?? 0;
    batch.messages += 1;
  };

  return {
    send(message, encoded) {
      const audience = known[message.qos].get(message.topic);
      if (audience == null) return false;
      if (audience.plain.length + audience.numbered.length > 0) append(audience, message, encoded);
      return true;
    },
    learn({ topic, qos }, deliver) {
      if (known[qos].get(topic) === null) {
        deliver();
        return;
      }
      const learnt: Learning = { plain: [], numbered: [], isOrdinary: false };
      learning = learnt;
      try {
        deliver();
      } finally {
        learning = null;
      }
      if (known[qos].size >= topicsRemembered) forget();
      known[qos].set(topic, learnt.isOrdinary ? null : sameAudience(learnt));
    },
    chosen(reader, qos) {
      open = null;
      if (learning === null) return;
      if (qos === 0) learning.plain.push(reader);
      else if (reader.client.clean) learning.numbered.push(reader);
      else learning.isOrdinary = true;
    },
    forget,
  };
}

/** Every message goes the way of aedes. */
export const noFanOut: FanOut = {
  send: () => false,
  learn: (_message, deliver) => deliver(),
  chosen: () => {},
  forget: () => {},
};
