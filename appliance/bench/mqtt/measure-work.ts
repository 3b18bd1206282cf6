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

const warmUpSeconds = 0.3;
/** Nothing is on its way any more when a measurement ends, and nothing goes to the disk. */
const settledMs = 20;

/** The same work for every broker, round by round, by the broker's name. */
export async function measureWork(
  work: Work,
  brokers: readonly BrokerProcess[],
  { clients, rounds, seconds }: Pace,
): Promise<Map<string, Worked[]>> {
  for (const broker of brokers) await clients.work({ work, broker, seconds: warmUpSeconds });
  const measure = (broker: BrokerProcess) => clients.work({ work, broker, seconds });
  const runs = await inRounds(brokers, rounds, measure, settledMs);
  return new Map(brokers.map(({ name }, index) => [name, runs[index] ?? []]));
}
