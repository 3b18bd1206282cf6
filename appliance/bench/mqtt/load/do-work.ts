import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../../measuring/statistics.ts';
import { address } from '../bench-topics.ts';
import { coreTimeOf } from '../process-figures.ts';
import { type Client, connectClient } from './client.ts';
import { connectMany } from './connect-many.ts';
import { timeAt } from './messages.ts';
import { startFlood, startPaced } from './pacing.ts';
import { acknowledgedTo, connectPublishers, sentBy } from './publishers.ts';
import type { Target, Work, Worked, WorkOrder } from './work.ts';

const usualWarmUpSeconds = 0.2;
/** What has not arrived when nothing has for this long is lost. */
const lostAfterMs = 500;

/** What the subscribers count. */
interface Tally {
  delivered: number;
  /** Milliseconds on the way; nobody looks while it is null. */
  latencies: number[] | null;
}

/** Connects everybody, works, measures, waits for what is still on its way, and disconnects. */
export async function doWork({ work, broker, seconds }: WorkOrder): Promise<Worked> {
  const { qos, pace } = work;
  const tally: Tally = { delivered: 0, latencies: null };
  const readers = work.subscribers.count;
  let onRead = () => {};
  const reader = (index: number) => subscribe(work, broker, index, tally, () => onRead());

  const subscribers = await connectMany(readers, reader);
  const frozen = await connectMany(work.subscribers.frozen ?? 0, async (index) => {
    const client = await reader(readers + index);
    client.freeze();
    return client;
  });
  const publishers = await connectPublishers(work, broker.port, () => onRead());
  const sending =
    'perSecond' in pace
      ? startPaced(publishers, pace.perSecond)
      : startFlood({
          ...pace.flood,
          publishers,
          acknowledges: qos > 0,
          arrived: () => tally.delivered / readers,
        });
  onRead = sending.onRead;

  await delay((work.warmUpSeconds ?? usualWarmUpSeconds) * 1_000);
  const measured = await measure(tally, broker, seconds);
  sending.stop();
  const sent = sentBy(publishers);
  const expected = sent * readers;
  await untilQuiet(
    () => tally.delivered >= expected && (qos === 0 || acknowledgedTo(publishers) >= sent),
    () => tally.delivered + acknowledgedTo(publishers),
  );

  const everybody = [...subscribers, ...frozen, ...publishers.map(({ client }) => client)];
  for (const client of everybody) client.close();
  await Promise.all(everybody.map(({ closed }) => closed));
  return {
    ...measured,
    latency: 'perSecond' in pace ? measured.latency : null,
    expected,
    lost: Math.max(0, expected - tally.delivered),
    surplus: Math.max(0, tally.delivered - expected),
  };
}

async function subscribe(
  { subscribers: { role, filter, transport = 'tcp' }, qos, pace }: Work,
  { port, webSocketPort }: Target,
  index: number,
  tally: Tally,
  onRead: () => void,
): Promise<Client> {
  const onMessage =
    'perSecond' in pace
      ? (bytes: Buffer, payload: number) => {
          tally.delivered += 1;
          tally.latencies?.push(performance.now() - timeAt(bytes, payload));
        }
      : () => {
          tally.delivered += 1;
        };
  const client = await connectClient({
    port: transport === 'websocket' ? webSocketPort : port,
    name: `${role}-sub${index}`,
    transport,
    onMessage,
    onRead,
  });
  await client.subscribe(address(filter), qos);
  return client;
}

async function measure(tally: Tally, { pid }: Target, seconds: number) {
  const latencies: number[] = [];
  tally.latencies = latencies;
  const before = { delivered: tally.delivered, broker: coreTimeOf(pid), own: coreTimeOf(process.pid) };
  const started = performance.now();
  await delay(seconds * 1_000);
  const tookMs = performance.now() - started;
  tally.latencies = null;
  const [own, brokers] = [coreTimeOf(process.pid), coreTimeOf(pid)];
  const measured = {
    seconds: tookMs / 1_000,
    deliveries: tally.delivered - before.delivered,
    cpuMicroseconds: brokers.used - before.broker.used,
    clientsShare: (own.used - before.own.used) / 1_000 / tookMs,
    waitedShare: (own.waited + brokers.waited - before.own.waited - before.broker.waited) / 1_000 / tookMs,
  };
  latencies.sort((a, b) => a - b);
  return { ...measured, latency: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) } };
}

async function untilQuiet(isDone: () => boolean, progress: () => number): Promise<void> {
  let seen = -1;
  let at = performance.now();
  while (!isDone()) {
    if (progress() !== seen) {
      seen = progress();
      at = performance.now();
    } else if (performance.now() - at > lostAfterMs) return;
    await delay(10);
  }
}
