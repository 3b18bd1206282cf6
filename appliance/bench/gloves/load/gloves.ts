import { quantile } from '../../measuring/statistics.ts';
import { type Client, connectClient } from '../../mqtt/load/client.ts';
import { connectMany } from '../../mqtt/load/connect-many.ts';
import { type Sending, startPaced } from '../../mqtt/load/pacing.ts';
import { type Publisher, sentBy } from '../../mqtt/load/publishers.ts';
import { coreTimeOf } from '../../mqtt/process-figures.ts';
import { rateHz } from '../hands.ts';
import { type FrameMessages, frameMessages, numberIn, samplesPerFrame } from './frames.ts';

/** How a client signs in. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

export interface Gloves {
  readonly port: number;
  readonly gloves: readonly Credentials[];
  /** Their topics are below. */
  readonly root: string;
  /** Number of the first sample of each. */
  readonly from: number;
}

export interface Watchers {
  readonly webSocketPort: number;
  readonly as: Credentials;
  /** One watches each of these gloves, by place in the list. */
  readonly gloves: readonly number[];
}

/** Of what all watchers saw. */
export interface Watched {
  readonly frames: number;
  readonly lost: number;
  /** From the write of the frame to the read of it, milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Sent {
  /** Number after the last sample of each glove. */
  readonly numbers: readonly number[];
  readonly frames: number;
  /** Share of a core that the clients used, and of the time that they waited for one. */
  readonly share: number;
  readonly waited: number;
}

interface Publishing extends Publisher {
  readonly messages: FrameMessages;
}

/** The times of so many frames of a glove are remembered: minutes of them. */
const remembered = 4_096;
const placeOf = (number: number): number => (number / samplesPerFrame) % remembered;

let publishers: readonly Publishing[] = [];
let writtenAt: readonly Float64Array[] = [];
let root = '';
let sending: Sending | undefined;
let begun = { at: 0, used: 0, waited: 0 };

/** Gloves sign in; they send nothing yet. */
export async function connectGloves(order: Gloves): Promise<null> {
  root = order.root;
  writtenAt = order.gloves.map(() => new Float64Array(remembered));
  publishers = await connectMany(order.gloves.length, async (index) => {
    const { name = '', password = '' } = order.gloves[index] ?? {};
    const client = await connectClient({ port: order.port, name, password });
    const times = writtenAt[index] ?? new Float64Array(remembered);
    const messages = frameMessages(`${root}/glove/${name}/stream`, index, order.from, (number) => {
      times[placeOf(number)] = performance.now();
    });
    return { client, messages, sent: 0, acknowledged: 0 };
  });
  names = order.gloves.map(({ name }) => name);
  return null;
}
let names: readonly string[] = [];

/** From now on each sends a frame whenever it has five samples, and all of them take turns. */
export async function startGloves(): Promise<null> {
  const { used, waited } = coreTimeOf(process.pid);
  begun = { at: performance.now(), used, waited };
  sending = startPaced(publishers, (publishers.length * rateHz) / samplesPerFrame);
  return null;
}

export async function stopGloves(): Promise<Sent> {
  sending?.stop();
  const { used, waited } = coreTimeOf(process.pid);
  const tookUs = (performance.now() - begun.at) * 1_000;
  const sent = {
    numbers: publishers.map(({ messages }) => messages.number()),
    frames: sentBy(publishers),
    share: (used - begun.used) / tookUs,
    waited: (waited - begun.waited) / tookUs,
  };
  for (const { client } of publishers) client.close();
  await Promise.all(publishers.map(({ client }) => client.closed));
  return sent;
}

let watchers: readonly Client[] = [];
let latencies: number[] = [];
let seen = new Map<number, { first: number; next: number; frames: number }>();

/** Screens that each follow one glove over a WebSocket, as a browser does. */
export async function watchGloves({ webSocketPort, as, gloves }: Watchers): Promise<null> {
  latencies = [];
  seen = new Map();
  watchers = await connectMany(gloves.length, async (index) => {
    const glove = gloves[index] ?? 0;
    const client = await connectClient({
      port: webSocketPort,
      name: `${as.name}-watch${index}`,
      username: as.name,
      password: as.password,
      transport: 'websocket',
      onMessage: (bytes, payload) => arrived(glove, numberIn(bytes, payload)),
    });
    await client.subscribe(`${root}/glove/${names[glove]}/stream`, 0);
    return client;
  });
  return null;
}

function arrived(glove: number, number: number): void {
  latencies.push(performance.now() - (writtenAt[glove]?.[placeOf(number)] ?? 0));
  const before = seen.get(glove);
  seen.set(glove, {
    first: before?.first ?? number,
    next: number + samplesPerFrame,
    frames: (before?.frames ?? 0) + 1,
  });
}

export async function unwatchGloves(): Promise<Watched> {
  for (const client of watchers) client.close();
  latencies.sort((a, b) => a - b);
  const all = [...seen.values()];
  const due = all.reduce((sum, { first, next }) => sum + (next - first) / samplesPerFrame, 0);
  const frames = all.reduce((sum, one) => sum + one.frames, 0);
  return {
    frames,
    lost: due - frames,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    max: latencies.at(-1) ?? 0,
  };
}
