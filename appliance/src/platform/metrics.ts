import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** How often the loop is sampled; a sample holds this interval and the delay on top of it. */
const samplingMs = 5;
const nanosecondsPerSecond = 1e9;

/** The process's own metrics under their default names, and room for ours, which begin with `dugout_`. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const loop = monitorEventLoopDelay({ resolution: samplingMs });
  loop.enable();
  new Gauge({
    name: 'dugout_event_loop_delay_seconds',
    help: 'How late the event loop was since the last look, by quantile; 1 is the worst',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const [quantile, delay] of delays(loop)) this.set({ quantile }, delay);
      loop.reset();
    },
  });
  return registry;
}

function delays(loop: ReturnType<typeof monitorEventLoopDelay>): [quantile: string, seconds: number][] {
  const seconds = (nanoseconds: number) =>
    Math.max(0, nanoseconds / nanosecondsPerSecond - samplingMs / 1_000);
  const at = (percentile: number) => (loop.count === 0 ? 0 : seconds(loop.percentile(percentile)));
  return [
    ['0.5', at(50)],
    ['0.99', at(99)],
    ['1', at(100)],
  ];
}
