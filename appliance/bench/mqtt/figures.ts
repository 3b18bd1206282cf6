import { median, medianRatio, rounded } from '../measuring/statistics.ts';
import type { Worked } from './load/work.ts';

/** By the broker's name, round by round. */
export type Runs = ReadonlyMap<string, readonly Worked[]>;

const perSecond = ({ deliveries, seconds }: Worked): number => deliveries / seconds;
/** A broker that never got a core has moved nothing. */
const cpuEach = ({ cpuMicroseconds, deliveries }: Worked): number =>
  cpuMicroseconds / Math.max(1, deliveries);
const brokerShare = ({ cpuMicroseconds, seconds }: Worked): number => cpuMicroseconds / seconds / 1e6;

const medianOf = (runs: readonly Worked[], figure: (run: Worked) => number): number =>
  median(runs.map(figure));
const sumOf = (runs: readonly Worked[], figure: (run: Worked) => number): number =>
  runs.reduce((sum, run) => sum + figure(run), 0);

export type Figures = ReturnType<typeof figuresOf>;

/** Medians of one broker's rounds at one work; what was lost is the sum of them. */
export function figuresOf(runs: readonly Worked[]) {
  return {
    per_second: Math.round(medianOf(runs, perSecond)),
    cpu_us: rounded(medianOf(runs, cpuEach)),
    broker_share: rounded(medianOf(runs, brokerShare)),
    clients_share: rounded(medianOf(runs, ({ clientsShare }) => clientsShare)),
    waited_share: rounded(medianOf(runs, ({ waitedShare }) => waitedShare)),
    ...latencyOf(runs),
    expected: sumOf(runs, ({ expected }) => expected),
    lost: sumOf(runs, ({ lost }) => lost),
    surplus: sumOf(runs, ({ surplus }) => surplus),
  };
}

function latencyOf(runs: readonly Worked[]) {
  const known = runs.flatMap(({ latency, waitedShare }) => (latency ? [{ ...latency, waitedShare }] : []));
  if (known.length === 0) return { p50_ms: null, p99_ms: null, calmest_p99_ms: null };
  const [calmest] = known.toSorted((a, b) => a.waitedShare - b.waitedShare);
  return {
    p50_ms: rounded(median(known.map(({ p50 }) => p50))),
    p99_ms: rounded(median(known.map(({ p99 }) => p99))),
    /** Of the round in which broker and clients waited least for a core: what the others add is other people's. */
    calmest_p99_ms: rounded(calmest?.p99 ?? 0),
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

const busy = 0.9;

/** Whether the broker used its core up: else the clients, or what else the machine did, was what it waited for. */
export const isBrokerBound = (runs: Runs, name: string): boolean =>
  medianOf(runs.get(name) ?? [], brokerShare) >= busy;

const muchWaiting = 0.2;

/** Whether broker or clients waited so long for a core that somebody else had that the figures say little. */
export const isDisturbed = (runs: Runs): boolean =>
  [...runs.values()].some((of) => medianOf(of, ({ waitedShare }) => waitedShare) > muchWaiting);
