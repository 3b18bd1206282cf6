import { inRounds } from '../measuring/rounds.ts';
import { type BrokerKind, startBroker } from './brokers.ts';
import type { Work, Worked } from './load/work.ts';
import type { Pace } from './measure-work.ts';

export const frozenCounts = [0, 1, 20] as const;
export type FrozenCount = (typeof frozenCounts)[number];

export interface FrozenRun {
  readonly broker: BrokerKind;
  readonly frozen: FrozenCount;
  /** Null where the broker did not live to see the end. */
  readonly worked: Worked | null;
}

/** 4 MB/s for each subscriber: what the kernel keeps for those who do not read is full before anything is measured. */
const work = (frozen: number): Work => ({
  publishers: { role: 'staff', count: 1, topic: 'public/board' },
  subscribers: { role: 'screen', count: 10, filter: 'public/board', frozen },
  qos: 0,
  payloadBytes: 4_096,
  pace: { perSecond: 1_000 },
  warmUpSeconds: 1.5,
});

/**
 * Ten subscribers who read, beside none, one and twenty who do not. A broker that has had frozen subscribers is not
 * the one it was, so each measurement has one of its own.
 */
export async function measureFrozen(
  brokers: readonly BrokerKind[],
  directory: string,
  { clients, rounds, seconds }: Pace,
): Promise<FrozenRun[]> {
  const subjects = brokers.flatMap((broker) => frozenCounts.map((frozen) => ({ broker, frozen })));
  const runs = await inRounds(subjects, rounds, async ({ broker: kind, frozen }): Promise<FrozenRun> => {
    const broker = await startBroker(kind, directory);
    try {
      const worked = await clients.work({ work: work(frozen), broker, seconds }).catch(() => null);
      return { broker: kind, frozen, worked };
    } finally {
      await broker.stop();
    }
  });
  return runs.flat();
}
