import { machineOf } from '../measuring/machine.ts';
import { median, medianDifference, medianRatio, quantile, rounded } from '../measuring/statistics.ts';
import { goalsOf } from './goals.ts';
import type { LifecycleRun } from './measure-lifecycles.ts';
import type { QueueReads } from './measure-queue-reads.ts';

export interface Measured {
  readonly rounds: number;
  readonly seconds: number;
  readonly lifecycles: ReadonlyMap<string, readonly LifecycleRun[]>;
  readonly queueReads: QueueReads;
  readonly readyMs: number;
  readonly residentMbAtRest: number;
  /** What else the machine was doing when it began: the load average of the minute before. */
  readonly otherLoad: number;
  /** What was not measured, and why. */
  readonly skipped: Readonly<Record<string, string>>;
}

export type Report = ReturnType<typeof reportOf>;

const perSecond = (runs: readonly LifecycleRun[]): number[] =>
  runs.map(({ done, seconds }) => done / seconds);

const requestMs = (runs: readonly LifecycleRun[], share: number): number =>
  rounded(median(runs.map(({ sortedMs }) => quantile(sortedMs, share))));

const loopDelays = (runs: readonly LifecycleRun[]) =>
  runs.flatMap(({ process }) => process?.eventLoopDelay ?? []);
const p99s = (runs: readonly LifecycleRun[]): number[] => loopDelays(runs).map(({ p99 }) => p99);

function eventLoopMs(runs: readonly LifecycleRun[]) {
  const delays = loopDelays(runs);
  return {
    p50: rounded(median(delays.map(({ p50 }) => p50))),
    p99: rounded(median(p99s(runs))),
    max: rounded(Math.max(0, ...delays.map(({ max }) => max))),
  };
}

/** All figures and ratios of one run; the figures are medians of its rounds. */
export function reportOf(measured: Measured) {
  const { lifecycles, queueReads } = measured;
  const runs = (name: string) => lifecycles.get(name) ?? [];
  const ratioTo = (name: string) =>
    lifecycles.has(name) ? rounded(medianRatio(perSecond(runs('ours')), perSecond(runs(name)))) : null;
  const ratios = {
    ours_to_ungrouped: ratioTo('ungrouped'),
    ours_to_sketch: ratioTo('sketch'),
    ours_to_django: ratioTo('django'),
    queue_reads_to_constant: rounded(medianRatio(queueReads.ours, queueReads.constant)),
  };
  const eventLoop = {
    renders_paused: eventLoopMs(runs('ours')),
    renders_running: eventLoopMs(runs('ours_with_renders')),
    p99_moved_by_renders: rounded(medianDifference(p99s(runs('ours_with_renders')), p99s(runs('ours')))),
  };
  const start_to_ready_ms = Math.round(measured.readyMs);
  return {
    bench: 'api',
    date: new Date().toISOString(),
    machine: machineOf(measured.otherLoad),
    rounds: measured.rounds,
    seconds: measured.seconds,
    ratios,
    lifecycles_per_second: Object.fromEntries(
      [...lifecycles].map(([name, of]) => [name, rounded(median(perSecond(of)), 1)]),
    ),
    request_ms: Object.fromEntries(
      [...lifecycles].map(([name, of]) => [name, { p50: requestMs(of, 0.5), p99: requestMs(of, 0.99) }]),
    ),
    queue_reads_per_second: {
      bytes: queueReads.bytes,
      ours: Math.round(median(queueReads.ours)),
      constant: Math.round(median(queueReads.constant)),
    },
    event_loop_delay_ms: eventLoop,
    souvenirs_per_second_under_load: rounded(
      median(runs('ours_with_renders').map(({ souvenirsDrawn, seconds }) => souvenirsDrawn / seconds)),
    ),
    resident_mb: {
      at_rest: Math.round(measured.residentMbAtRest),
      under_load: Math.round(
        Math.max(0, ...[...lifecycles.values()].flat().map(({ process }) => process?.residentMb ?? 0)),
      ),
    },
    start_to_ready_ms,
    goals: goalsOf({ ratios, eventLoop, start_to_ready_ms }),
    skipped: measured.skipped,
  };
}
