import { inRounds } from '../measuring/rounds.ts';
import { type BrokerKind, startBroker } from './brokers.ts';
import type { Pace } from './measure-work.ts';

export interface ConnectionsRun {
  readonly broker: BrokerKind;
  readonly connectsPerSecond: number;
  /** Of resident memory, for each thousand connections that idle. */
  readonly bytesPerThousand: number;
}

const connections = 1_000;

/** Memory is looked at when a fresh broker has its first thousand, the rate at the second and warm thousand. */
export async function measureConnections(
  brokers: readonly BrokerKind[],
  directory: string,
  { clients, rounds }: Pace,
): Promise<ConnectionsRun[]> {
  const runs = await inRounds(brokers, rounds, async (kind): Promise<ConnectionsRun> => {
    const broker = await startBroker(kind, directory);
    try {
      const { bytes } = await clients.hold({ connections, broker });
      const { seconds } = await clients.hold({ connections, broker });
      return {
        broker: kind,
        connectsPerSecond: connections / seconds,
        bytesPerThousand: (bytes / connections) * 1_000,
      };
    } finally {
      await broker.stop();
    }
  });
  return runs.flat();
}
