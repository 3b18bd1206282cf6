import fc from 'fast-check';
import type { TestCloud } from '../testing/cloud-on-server.ts';
import { isFault, type Life, lives } from './steps.ts';
import { aWorld } from './world.ts';

export interface Torture {
  readonly cloud: TestCloud;
  readonly seed: number;
  readonly cases: number;
  /** At most, in one case. */
  readonly steps: number;
  /** Of a case that failed before, as its report names it. */
  readonly path?: string;
  /** Looks for a smaller case that fails, too. */
  readonly shrink: boolean;
  /** How long anything may take that has to come about by itself, in milliseconds. */
  readonly patienceMs: number;
  onCase?(faults: number): void;
}

export interface TortureReport {
  readonly cases: number;
  readonly faults: number;
  readonly byKind: ReadonlyMap<string, number>;
  /** Null when every promise was kept. */
  readonly failure: string | null;
}

/** Plays venues' hard lives, one after the other, each at a site of its own, until a promise is broken. */
export async function torture(options: Torture): Promise<TortureReport> {
  const { cloud, seed, cases, path, shrink } = options;
  const byKind = new Map<string, number>();
  let done = 0;
  let faults = 0;

  async function play({ steps, ...life }: Life): Promise<void> {
    sites += 1;
    const site = `torture-${seed}-${sites}`;
    const world = await aWorld(cloud, site, { ...life, patienceMs: options.patienceMs });
    let own = 0;
    try {
      for (const step of steps) {
        await world.take(step);
        if (!isFault(step)) continue;
        own += 1;
        byKind.set(step.kind, (byKind.get(step.kind) ?? 0) + 1);
      }
      await world.finish();
    } finally {
      await world.end();
    }
    done += 1;
    faults += own;
    options.onCase?.(faults);
  }

  const result = await fc.check(fc.asyncProperty(lives(options.steps), play), {
    seed,
    numRuns: cases,
    endOnFailure: !shrink,
    ...(path === undefined ? {} : { path }),
  });
  return { cases: done, faults, byKind, failure: result.failed ? failureOf(result) : null };
}

let sites = 0;

function failureOf(result: fc.RunDetails<[Life]>): string {
  const [life] = result.counterexample ?? [];
  const steps = life?.steps.map((step) => `  ${JSON.stringify(step)}`).join('\n');
  const error = result.errorInstance;
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${why}\nwith --seed ${result.seed} --path ${result.counterexamplePath ?? ''} (keys ${life?.keys}):\n${steps}`;
}
