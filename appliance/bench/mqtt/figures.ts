import { median, medianRatio, rounded } from '../measuring/statistics.ts';
import type { Worked } from './load/work.ts';

export type Runs = ReadonlyMap<string, readonly Worked[]>;

export const perSecond = ({ deliveries, seconds }: Worked): number => deliveries / seconds;
export const cpuEach = ({ cpuMicroseconds, deliveries }: Worked): number => cpuMicroseconds / deliveries;

const medianOf = (runs: readonly Worked[], figure: (run: Worked) => number): number =>
  median(runs.map(figure));
const sumOf = (runs: readonly Worked[], figure: (run: Worked) => number): number =>
  runs.reduce((sum, run) => sum + figure(run), 0);

export type Figures = ReturnType<typeof figuresOf>;

/** Medians of one broker's rounds at one work; what was lost is the sum of them. */
export function figuresOf(runs: readonly Worked[]) {
  const isPaced = runs.every(({ latency }) => latency !== null);
  const ms = (share: 'p50' | 'p99') =>
    isPaced ? rounded(medianOf(runs, ({ latency }) => latency?.[share] ?? 0)) : null;
  return {
    per_second: Math.round(medianOf(runs, perSecond)),
    cpu_us: rounded(medianOf(runs, cpuEach)),
    /** Below 1 the broker was not what the clients waited for. */
    broker_share: rounded(medianOf(runs, (run) => run.cpuMicroseconds / run.seconds / 1e6)),
    clients_share: rounded(medianOf(runs, ({ clientsShare }) => clientsShare)),
    p50_ms: ms('p50'),
    p99_ms: ms('p99'),
    expected: sumOf(runs, ({ expected }) => expected),
    lost: sumOf(runs, ({ lost }) => lost),
    surplus: sumOf(runs, ({ surplus }) => surplus),
  };
}

/** By how much `name` moves more a second than `other`; null when one of them was not measured. */
export const throughputRatio = (runs: Runs, name: string, other: string): number | null =>
  ratioOf(runs, name, other, perSecond);

/** CPU time of `name` for one message, to that of `other`. */
export const cpuRatio = (runs: Runs, name: string, other: string): number | null =>
  ratioOf(runs, name, other, cpuEach);

function ratioOf(runs: Runs, name: string, other: string, figure: (run: Worked) => number): number | null {
  const [ours, theirs] = [runs.get(name), runs.get(other)];
  return ours === undefined || theirs === undefined
    ? null
    : rounded(medianRatio(ours.map(figure), theirs.map(figure)));
}
