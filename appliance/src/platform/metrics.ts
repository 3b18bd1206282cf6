import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

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

/** For what is counted where nobody looks: the modules of each site of a replica. */
export const createSideRegistry = (): Registry => new Registry();

interface Measured {
  /** Begins with `dugout_`. */
  readonly name: string;
  readonly help: string;
}

/** Something that modules count. */
export const createCounter = <Label extends string>(
  registry: Registry,
  { labels, ...measured }: Measured & { readonly labels: readonly Label[] },
): Counter<Label> => new Counter({ ...measured, labelNames: labels, registers: [registry] });

/** Something that is looked at whenever the metrics are asked for. */
export function createGauge(
  registry: Registry,
  { value, ...measured }: Measured & { readonly value: () => number },
): void {
  new Gauge({
    ...measured,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}

/**
 * Figures that another program tells, under names of its own behind `prefix`. Answers what shows them: those that are
 * no longer told are no longer there.
 */
export function createGauges(
  registry: Registry,
  { prefix, help }: { readonly prefix: string; readonly help: string },
): (figures: Readonly<Record<string, number>>) => void {
  const shown = new Map<string, Gauge>();
  return (figures) => {
    for (const name of shown.keys()) {
      if (name in figures) continue;
      registry.removeSingleMetric(prefix + name);
      shown.delete(name);
    }
    for (const [name, value] of Object.entries(figures)) {
      const gauge = shown.get(name) ?? new Gauge({ name: prefix + name, help, registers: [registry] });
      shown.set(name, gauge);
      gauge.set(value);
    }
  };
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
