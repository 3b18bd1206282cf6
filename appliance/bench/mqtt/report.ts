import type { Goal } from '../measuring/goal.ts';
import { atLeast } from '../measuring/goal.ts';
import { machineOf } from '../measuring/machine.ts';
import { canPin } from './cores.ts';
import { cpuRatio, figuresOf, type Runs, throughputRatio } from './figures.ts';
import type { Row } from './rows.ts';

export interface Measured {
  readonly rounds: number;
  readonly seconds: number;
  readonly otherLoad: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: ReadonlyMap<Row, Runs>;
  readonly skipped: Readonly<Record<string, string>>;
}

export type Report = ReturnType<typeof reportOf>;

/** All figures and ratios of one run; the figures are medians of its rounds. */
export function reportOf({ rows, ...measured }: Measured) {
  const work = Object.fromEntries([...rows].map(([row, runs]) => [row.name, rowOf(row, runs)]));
  return {
    bench: 'mqtt',
    date: new Date().toISOString(),
    machine: { ...machineOf(measured.otherLoad), pinned: canPin },
    versions: measured.versions,
    rounds: measured.rounds,
    seconds: measured.seconds,
    work,
    goals: [...rows].flatMap(([row, runs]) => goalsOf(row, runs)),
    skipped: measured.skipped,
  };
}

const rowOf = ({ title, work }: Row, runs: Runs) => ({
  title,
  unit: work.subscribers.count > 1 ? 'deliveries' : 'messages',
  brokers: Object.fromEntries([...runs].map(([name, of]) => [name, figuresOf(of)])),
  ratios: Object.fromEntries(
    [...runs.keys()].map((name) => [
      name,
      {
        throughput_to_mosquitto: throughputRatio(runs, name, 'mosquitto'),
        cpu_to_mosquitto: cpuRatio(runs, name, 'mosquitto'),
      },
    ]),
  ),
});

function goalsOf({ title, toMosquitto }: Row, runs: Runs): Goal[] {
  if (toMosquitto === undefined) return [];
  return [atLeast(`${title}, to Mosquitto`, throughputRatio(runs, 'ours', 'mosquitto'), toMosquitto)];
}
