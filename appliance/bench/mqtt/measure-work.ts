import { inRounds } from '../measuring/rounds.ts';
import type { BrokerProcess } from './brokers.ts';
import type { Work, Worked } from './load/work.ts';
import type { LoadGenerator } from './load-generator.ts';

export interface Pace {
  readonly clients: LoadGenerator;
  readonly rounds: number;
  /** Of each broker in each round. */
  readonly seconds: number;
}

const warmUpSeconds = 0.5;

/** The same work for every broker, round by round, by the broker's name. */
export async function measureWork(
  work: Work,
  brokers: readonly BrokerProcess[],
  { clients, rounds, seconds }: Pace,
): Promise<Map<string, Worked[]>> {
  const measure = ({ port, pid }: BrokerProcess, forSeconds: number) =>
    clients.run({ work, port, brokerPid: pid, seconds: forSeconds });
  for (const broker of brokers) await measure(broker, warmUpSeconds);
  const runs = await inRounds(brokers, rounds, (broker) => measure(broker, seconds));
  return new Map(brokers.map(({ name }, index) => [name, runs[index] ?? []]));
}
