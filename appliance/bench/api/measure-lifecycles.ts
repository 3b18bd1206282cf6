import { inRounds } from '../measuring/rounds.ts';
import type { Loaded } from './clients.ts';
import type { Pace } from './pace.ts';
import { type ProcessMetrics, readProcessMetrics } from './process-metrics.ts';

/** A server in one of the ways it is measured. */
export interface Subject {
  readonly name: string;
  readonly url: string;
  /** It tells of itself at `/metrics`. */
  readonly tells: boolean;
  readonly before?: () => Promise<void>;
  readonly after?: () => Promise<void>;
}

export interface LifecycleRun extends Loaded {
  /** Of the run and nothing else, where the server tells. */
  readonly process: ProcessMetrics | undefined;
  readonly souvenirsDrawn: number;
}

const concurrentClients = 64;
const warmUpSeconds = 1;

/** Whole lifecycles of every subject, round by round, by the subject's name. */
export async function measureLifecycles(
  subjects: readonly Subject[],
  { clients, rounds, seconds }: Pace,
): Promise<Map<string, LifecycleRun[]>> {
  async function measure({ url, tells, ...subject }: Subject, forSeconds: number): Promise<LifecycleRun> {
    await subject.before?.();
    const before = tells ? await readProcessMetrics(url) : undefined;
    const load = { what: 'lifecycles', url, clients: concurrentClients, seconds: forSeconds } as const;
    const loaded = await clients.run(load);
    const after = tells ? await readProcessMetrics(url) : undefined;
    await subject.after?.();
    const souvenirsDrawn = (after?.souvenirsDrawn ?? 0) - (before?.souvenirsDrawn ?? 0);
    return { ...loaded, process: after, souvenirsDrawn };
  }
  for (const subject of subjects) await measure(subject, warmUpSeconds);
  const runs = await inRounds(subjects, rounds, (subject) => measure(subject, seconds));
  return new Map(subjects.map(({ name }, index) => [name, runs[index] ?? []]));
}
