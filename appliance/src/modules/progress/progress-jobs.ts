import { z } from 'zod';
import type { Database } from '../../platform/database/database.ts';
import { GiveUp } from '../../platform/jobs/failure.ts';
import { defineJob, defineJobKind } from '../../platform/jobs/job.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import type { WorkerPool } from '../../platform/workers/worker-pool.ts';
import type { SessionsModule } from '../sessions/index.ts';
import { analyseGame } from './analysis-task.ts';
import type { Measured, ProgressService } from './progress-service.ts';

export const analyse = defineJobKind('progress.analyse', z.object({ processing_event_id: z.uuid() }));

export interface AnalyseJobDeps {
  progress: ProgressService;
  sessions: Pick<SessionsModule, 'ready'>;
  workers: Pick<WorkerPool, 'run'>;
  database: Pick<Database, 'now'>;
  /** Of `streams.db`. */
  dataDirectory: string;
}

/** Its recordings cannot be measured, by whatever attempt. */
class Unanalysable extends GiveUp {
  readonly code: string;
  constructor(code: string) {
    super(`the game cannot be analysed: ${code}`);
    this.code = code;
  }
}

/** There is nothing to measure, by this code, and nobody has to see to it. */
interface Nothing {
  readonly nothing: 'recording_gone' | 'no_samples';
}

/** Measures a game on a thread of its own. Measured again after a crash, and told once. */
export const analyseJob = ({ progress, sessions, workers, database, dataDirectory }: AnalyseJobDeps) =>
  defineJob({
    ...analyse,
    maxAttempts: 5,
    timeoutMs: 120_000,
    priority: 'low',
    concurrency: 2,
    async prepare({ processing_event_id }, { signal }): Promise<Measured | Nothing | null> {
      const due = progress.due(database.now, processing_event_id);
      if (due === null) return null;
      if (due.lost) throw new Unanalysable('recording_gone');
      if (due.sessions.length === 0) return { nothing: 'recording_gone' };
      for (const { streamId } of due.sessions) await sessions.ready(streamId, signal);
      const outcome = await workers.run(analyseGame, { dataDirectory, ...due }, { signal });
      if (outcome.ok) return outcome;
      if (outcome.code === 'no_samples') return { nothing: outcome.code };
      throw new Unanalysable(outcome.code);
    },
    write(tx, { processing_event_id }, measured) {
      if (measured === null) return;
      if ('nothing' in measured) progress.failed(tx, processing_event_id, measured.nothing);
      else progress.analysed(tx, processing_event_id, measured);
    },
    died: (tx, { processing_event_id }, error) =>
      progress.failed(
        tx,
        processing_event_id,
        error instanceof Unanalysable ? error.code : 'analysis_failed',
      ),
  });

export const reanalyse = defineJobKind(
  'progress.reanalyse',
  z.object({ since: z.number(), player_id: z.uuid().nullable(), after: z.string() }),
);

/** Finds the games that an older version of the algorithm has analysed, some at a time. */
export const reanalyseJob = (progress: Pick<ProgressService, 'oweAnew'>, jobs: Pick<Jobs, 'enqueue'>) =>
  defineJob({
    ...reanalyse,
    maxAttempts: 5,
    priority: 'low',
    write(tx, behind) {
      const after = progress.oweAnew(tx, behind);
      if (after !== null) jobs.enqueue(tx, reanalyse, { ...behind, after });
    },
  });
