import { createFlood, type Flood } from './pacing.ts';
import { acknowledgedTo, connectPublishers, sentBy } from './publishers.ts';
import type { Target, Work } from './work.ts';

export interface SendOrder {
  readonly publishers: Work['publishers'];
  readonly payloadBytes: number;
  readonly flood: Flood;
  /** Messages, a multiple of a burst. */
  readonly amount: number;
  readonly broker: Pick<Target, 'port'>;
}

export interface Sent {
  /** From the first write to the last PUBACK. */
  readonly seconds: number;
}

/** Publishes so many messages at QoS 1 and waits until all of them are acknowledged. */
export async function sendAmount({
  publishers: publishing,
  payloadBytes,
  flood,
  amount,
  broker,
}: SendOrder): Promise<Sent> {
  const work = { publishers: publishing, payloadBytes, qos: 1 as const, pace: { flood } };
  let onRead = () => {};
  const publishers = await connectPublishers(work, broker.port, () => onRead());
  const pump = createFlood({
    ...flood,
    publishers,
    acknowledges: true,
    onTheirWay: () => sentBy(publishers) - acknowledgedTo(publishers),
    isOver: () => sentBy(publishers) >= amount,
  });
  const started = performance.now();
  await new Promise<void>((resolve) => {
    onRead = () => {
      pump();
      if (acknowledgedTo(publishers) >= amount) resolve();
    };
    pump();
  });
  const seconds = (performance.now() - started) / 1_000;
  for (const { client } of publishers) client.close();
  return { seconds };
}
