import { atLeast, atMost, type Goal } from '../measuring/goal.ts';

interface Figures {
  readonly ratios: {
    readonly ours_to_ungrouped: number | null;
    readonly ours_to_sketch: number | null;
    readonly ours_to_django: number | null;
    readonly queue_reads_to_constant: number;
  };
  readonly eventLoop: {
    readonly renders_paused: { readonly p99: number };
    readonly renders_running: { readonly p99: number };
    readonly p99_moved_by_renders: number;
  };
  readonly start_to_ready_ms: number;
}

/** What is asked of the API, and whether this run has shown it. */
export const goalsOf = ({ ratios, eventLoop, start_to_ready_ms }: Figures): Goal[] => [
  atLeast('lifecycles, to the same without grouping', ratios.ours_to_ungrouped, 2),
  atLeast('lifecycles, to a bare koa and better-sqlite3 sketch', ratios.ours_to_sketch, 0.5),
  atLeast('lifecycles, to Django REST on Postgres', ratios.ours_to_django, 10),
  atLeast('queue reads, to a constant of the same size', ratios.queue_reads_to_constant, 0.5),
  atMost('event-loop delay under load, p99 ms', eventLoop.renders_paused.p99, 20),
  atMost('the same while souvenirs are drawn, p99 ms', eventLoop.renders_running.p99, 20),
  atMost('by which drawing them moves it, ms', eventLoop.p99_moved_by_renders, 10),
  atMost('start to ready, ms', start_to_ready_ms, 2_000),
];
