import { type Joining, publishing, type Saying, type Talker } from '../mqtt-world.ts';

export type Join = (name: string, joining?: Joining) => Promise<Talker>;

/** What a client can observe: the scenario's answer must be `seen`, on every broker. */
export interface Scenario {
  readonly name: string;
  readonly run: (join: Join) => Promise<unknown>;
  readonly seen: unknown;
  /** Where Mosquitto shows something else, and why we do not. */
  readonly mosquitto?: { readonly seen: unknown; readonly because: string };
  /** Takes seconds, because it waits for a keep-alive. */
  readonly long?: true;
}

export const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
export const texts = (heard: readonly string[]) => heard.map((one) => one.slice(one.indexOf('=') + 1));
export const packets = (path: string, count: number, saying: Saying = {}) =>
  numbers(count).map((at) => publishing(path, `${at}`, { ...saying, id: at + 1 }));

/** The end of a conversation: heard when all before it was. */
export const end = (path: string, qos: 0 | 1 | 2 = 1) => publishing(path, 'end', { qos, id: 60_000 });
export const will = (path: string, text: string, more: { qos?: 0 | 1 | 2; retain?: boolean } = {}) => ({
  topic: `dugout/v1/labs-1/${path}`,
  payload: Buffer.from(text),
  qos: 0 as const,
  retain: false,
  ...more,
});

export async function pair(join: Join, filter: string, qos: 0 | 1 | 2 = 1) {
  const listener = await join('staff_1');
  await listener.subscribe([filter, qos]);
  return { listener, speaker: await join('rig_1') };
}
