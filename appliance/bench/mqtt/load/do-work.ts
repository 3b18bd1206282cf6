import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../../measuring/statistics.ts';
import { address } from '../bench-topics.ts';
import { cpuMicroseconds } from '../cpu-time.ts';
import { type Client, connectClient } from './client.ts';
import { connectMany } from './connect-many.ts';
import { encodeMessages, type Messages, timeAt } from './messages.ts';
import type { Order, Work, Worked } from './work.ts';

const usualWarmUpSeconds = 0.3;
/** What has not arrived when nothing has for this long is lost. */
const lostAfterMs = 500;

interface Publisher {
  readonly client: Client;
  readonly messages: Messages;
  sent: number;
  acknowledged: number;
}

/** Connects everybody, works, measures, waits for what is still on its way, and disconnects. */
export async function doWork({ work, port, brokerPid, seconds }: Order): Promise<Worked> {
  const { publishers: publishing, subscribers: subscribing, qos, pace } = work;
  const isPaced = 'perSecond' in pace;
  const latencies: number[] = [];
  let measuring = false;
  let sent = 0;
  let delivered = 0;
  let acknowledged = 0;
  let pump = () => {};

  const onMessage = isPaced
    ? (bytes: Buffer, payload: number) => {
        delivered += 1;
        if (measuring) latencies.push(performance.now() - timeAt(bytes, payload));
      }
    : () => {
        delivered += 1;
      };
  const subscribe = async (index: number) => {
    const { role, filter, transport = 'tcp' } = subscribing;
    const name = `${role}-sub${index}`;
    const client = await connectClient({ port, name, transport, onMessage, onRead: () => pump() });
    await client.subscribe(address(filter), qos);
    return client;
  };
  const subscribers = await connectMany(subscribing.count, subscribe);
  const frozen = await connectMany(subscribing.frozen ?? 0, async (index) => {
    const client = await subscribe(subscribing.count + index);
    client.freeze();
    return client;
  });
  const publishers = await connectMany(publishing.count, async (index): Promise<Publisher> => {
    const name = `${publishing.role}-${index}`;
    const client = await connectClient({
      port,
      name,
      onAcknowledged: () => {
        acknowledged += 1;
        publisher.acknowledged += 1;
      },
      onRead: () => pump(),
    });
    const messages = encodeMessages(address(publishing.topic.replace('{id}', name)), work);
    const publisher = { client, messages, sent: 0, acknowledged: 0 };
    return publisher;
  });

  const publish = (publisher: Publisher) => {
    publisher.client.write(publisher.messages.next());
    publisher.sent += publisher.messages.each;
    sent += publisher.messages.each;
  };
  const stop = isPaced
    ? startPaced(publishers, pace.perSecond, publish)
    : startFlood({
        publishers,
        ...pace.flood,
        qos,
        onItsWay: () => sent - delivered / subscribing.count,
        publish,
        onPump: (pumping) => {
          pump = pumping;
        },
      });

  await delay((work.warmUpSeconds ?? usualWarmUpSeconds) * 1_000);
  measuring = true;
  const before = {
    delivered,
    at: performance.now(),
    cpu: cpuMicroseconds(brokerPid),
    own: cpuMicroseconds(process.pid),
  };
  await delay(seconds * 1_000);
  const tookMs = performance.now() - before.at;
  const deliveries = delivered - before.delivered;
  const cpu = cpuMicroseconds(brokerPid) - before.cpu;
  const own = cpuMicroseconds(process.pid) - before.own;
  stop();
  const expected = sent * subscribing.count;
  const arrived = () => delivered >= expected && (qos === 0 || acknowledged >= sent);
  await untilQuiet(arrived, () => delivered + acknowledged);

  const everybody = [...subscribers, ...frozen, ...publishers.map(({ client }) => client)];
  for (const client of everybody) client.close();
  await Promise.all(everybody.map(({ closed }) => closed));
  latencies.sort((a, b) => a - b);
  return {
    seconds: tookMs / 1_000,
    deliveries,
    cpuMicroseconds: cpu,
    expected,
    lost: Math.max(0, expected - delivered),
    surplus: Math.max(0, delivered - expected),
    latency: isPaced ? { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) } : null,
    clientsShare: own / 1_000 / tookMs,
  };
}

function startPaced(
  publishers: readonly Publisher[],
  perSecond: number,
  publish: (publisher: Publisher) => void,
): () => void {
  const started = performance.now();
  let count = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1_000) * perSecond);
    for (; count < due; count += 1) {
      const publisher = publishers[count % publishers.length];
      if (publisher !== undefined) publish(publisher);
    }
  }, 1);
  return () => clearInterval(timer);
}

interface Flood {
  readonly publishers: readonly Publisher[];
  readonly burst: number;
  readonly window: number;
  readonly qos: Work['qos'];
  readonly onItsWay: () => number;
  readonly publish: (publisher: Publisher) => void;
  readonly onPump: (pump: () => void) => void;
}

/** Publishers take turns as long as there is room in the window. What is lost makes room again after a while. */
function startFlood({ publishers, burst, window, qos, onItsWay, publish, onPump }: Flood): () => void {
  const windowOfOne = window / publishers.length;
  let turn = 0;
  let writtenOff = 0;
  let stopped = false;
  let movedAt = performance.now();

  const mayPublish = ({ sent, acknowledged }: Publisher) =>
    qos === 0 || sent - acknowledged + burst <= windowOfOne;
  const pump = () => {
    if (stopped) return;
    for (let tried = 0; tried < publishers.length; tried += 1) {
      if (onItsWay() - writtenOff + burst > window) return;
      const publisher = publishers[turn % publishers.length];
      turn += 1;
      if (publisher === undefined || !mayPublish(publisher)) continue;
      publish(publisher);
      movedAt = performance.now();
      tried = -1;
    }
  };
  onPump(pump);
  const rescue = setInterval(() => {
    if (performance.now() - movedAt < lostAfterMs) return;
    writtenOff = onItsWay();
    pump();
  }, lostAfterMs / 2);
  pump();
  return () => {
    stopped = true;
    clearInterval(rescue);
  };
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
