import type { IConnectPacket, Packet } from 'mqtt-packet';
import { defineTopic } from '../platform/mqtt/topic.ts';
import { aRawClient, connectPacket } from './raw-mqtt.ts';
import { address } from './test-broker.ts';

type QoS = 0 | 1 | 2;

const everybody = [{ roles: 'signed_in' }] as const;
const free = {
  direction: 'receive',
  qos: 1,
  retained: true,
  payload: 'binary',
  publish: everybody,
  subscribe: everybody,
  summary: 'Anybody, anything.',
} as const;
let handled = 0;
/** Takes one to three turns of the event loop, by turns. */
const slowly = async () => {
  handled += 1;
  for (let turns = handled % 3; turns >= 0; turns -= 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
};
const areas = ['free', 'handled', 'slow'] as const;

/**
 * Topics on which everybody may say anything, so that a scenario runs here as it does on a broker without any rules:
 * `free` has no handler, `handled` one that answers at once, `slow` one that takes its time.
 */
export const freeTopics = areas.flatMap((area) => {
  const handle = { free: {}, handled: { handle: () => {} }, slow: { handle: slowly } }[area];
  return [
    defineTopic({ ...free, ...handle, name: `${area}_one`, path: `${area}/{a}` }),
    defineTopic({ ...free, ...handle, name: `${area}_two`, path: `${area}/{a}/{b}` }),
    defineTopic({ ...free, ...handle, name: `${area}_three`, path: `${area}/{a}/{b}/{c}` }),
  ];
});

export interface Saying {
  readonly qos?: QoS;
  readonly retain?: boolean;
  readonly dup?: boolean;
  readonly id?: number;
}

/** One client in a scenario, which acknowledges what it hears unless it is told not to. */
export interface Talker {
  readonly sessionPresent: boolean;
  readonly closed: Promise<unknown>;
  subscribe(...wanted: readonly (readonly [filter: string, qos: QoS])[]): Promise<number[]>;
  unsubscribe(...filters: string[]): Promise<void>;
  /** Everything in one write. */
  write(...packets: (Packet | Buffer)[]): void;
  say(path: string, text: string | Buffer, saying?: Saying): void;
  /** What came, as `<qos><r for retained><d for a repetition> <path>=<text>`. */
  heard(): string[];
  /** Waits until a message with this text has come. */
  hears(text: string): Promise<void>;
  /** Waits for a packet of this kind, or answers with one that came already and was not asked for. */
  gets(cmd: Packet['cmd']): Promise<Packet>;
  /** Everything but messages and CONNACK, as `<kind> <id>`. */
  answers(): string[];
  /** With DISCONNECT. */
  leave(): Promise<void>;
  /** Without. */
  vanish(): Promise<void>;
}

export const publishing = (path: string, text: string | Buffer, saying: Saying = {}): Packet => ({
  cmd: 'publish',
  topic: address(path),
  payload: text,
  qos: saying.qos ?? 0,
  retain: saying.retain ?? false,
  dup: saying.dup ?? false,
  messageId: saying.id ?? 1,
});

export const subscribing = (id: number, ...wanted: readonly (readonly [string, QoS])[]): Packet => ({
  cmd: 'subscribe',
  messageId: id,
  subscriptions: wanted.map(([filter, qos]) => ({ topic: filterOf(filter), qos })),
});

export const unsubscribing = (id: number, ...filters: string[]): Packet => ({
  cmd: 'unsubscribe',
  messageId: id,
  unsubscriptions: filters.map(filterOf),
});

const filterOf = (filter: string): string => (/^[#+$]/u.test(filter) ? filter : address(filter));

export interface Joining extends Partial<IConnectPacket> {
  /** Acknowledges nothing. */
  readonly silent?: boolean;
}

export async function join(port: number, name: string, { silent, ...more }: Joining = {}): Promise<Talker> {
  const raw = await aRawClient(port);
  const heard: { packet: Extract<Packet, { cmd: 'publish' }>; text: string }[] = [];
  let asked = 0;
  const waiting = new Set<() => void>();
  const look = () => {
    for (const one of waiting) one();
  };
  const when = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const one = () => {
        if (!holds()) return;
        waiting.delete(one);
        resolve();
      };
      waiting.add(one);
      one();
    });
  let lastId = 1000;
  const answer = (cmd: 'puback' | 'pubrec' | 'pubcomp', messageId: number | undefined) => {
    if (!silent && messageId !== undefined) raw.send({ cmd, messageId });
  };
  raw.onPacket((packet) => {
    if (packet.cmd === 'pubrel') answer('pubcomp', packet.messageId);
    if (packet.cmd === 'pubrec' && !silent) raw.send({ cmd: 'pubrel', messageId: packet.messageId ?? 0 });
    if (packet.cmd === 'publish') {
      heard.push({ packet, text: packet.payload.toString() });
      if (packet.qos > 0) answer(packet.qos === 1 ? 'puback' : 'pubrec', packet.messageId);
    }
    look();
  });
  raw.socket.once('close', look);
  const gets = async (cmd: Packet['cmd']): Promise<Packet> => {
    const found = () => raw.received.findIndex((packet, at) => at >= asked && packet.cmd === cmd);
    await when(() => found() >= 0 || raw.socket.destroyed);
    const at = found();
    const packet = raw.received[at];
    if (packet === undefined) throw new Error(`closed before ${cmd} came`);
    asked = at + 1;
    return packet;
  };
  raw.send(connectPacket(name, { keepalive: 60, ...more }));
  const connack = await gets('connack');
  if (connack.cmd !== 'connack' || connack.returnCode !== 0) throw new Error(`${name} was refused`);

  return {
    sessionPresent: connack.sessionPresent,
    closed: raw.closed,
    async subscribe(...wanted) {
      lastId += 1;
      raw.send(subscribing(lastId, ...wanted));
      const suback = await gets('suback');
      return suback.cmd === 'suback' ? suback.granted.map(Number) : [];
    },
    async unsubscribe(...filters) {
      lastId += 1;
      raw.send(unsubscribing(lastId, ...filters));
      await gets('unsuback');
    },
    write: raw.send,
    say: (path, text, saying) => raw.send(publishing(path, text, saying)),
    heard: () =>
      heard.map(({ packet, text }) => {
        const flags = `${packet.qos}${packet.retain ? 'r' : ''}${packet.dup ? 'd' : ''}`;
        return `${flags} ${packet.topic.slice(address('').length)}=${text}`;
      }),
    hears: (text) => when(() => heard.some((one) => one.text === text)),
    gets,
    answers: () =>
      raw.received.flatMap((packet) =>
        packet.cmd === 'publish' || packet.cmd === 'connack' ? [] : `${packet.cmd} ${packet.messageId}`,
      ),
    async leave() {
      raw.send({ cmd: 'disconnect' });
      raw.socket.end();
      await raw.closed;
    },
    async vanish() {
      raw.socket.end();
      await raw.closed;
    },
  };
}
