import type { PhoneGameHead } from '../../../contract/progress.ts';
import { storageProblems } from '../../platform/database/storage-problems.ts';
import { Problem, type ProblemKind } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import type { Ids } from '../../platform/ids.ts';
import type { WorkerPool } from '../../platform/workers/worker-pool.ts';
import { WorkersBusy } from '../../platform/workers/worker-task.ts';
import type { SessionsModule } from '../sessions/index.ts';
import { storePhoneGame } from './phone-game-task.ts';
import { progressProblems } from './progress-problems.ts';

/** What a phone posted, as far as a transaction needs it. Its samples are stored under `sessionId`. */
export interface StoredPhoneGame {
  readonly sessionId: string;
  readonly head: PhoneGameHead;
  readonly samples: number;
  readonly began: number;
  readonly ended: number;
}

export interface PhoneGameIntakeDeps {
  workers: Pick<WorkerPool, 'run'>;
  ids: Pick<Ids, 'next'>;
  sessions: Pick<SessionsModule, 'examine'>;
  /** Of `streams.db`. */
  dataDirectory: string;
}

const kinds: Readonly<Record<string, ProblemKind>> = {
  ...httpProblems,
  ...progressProblems,
  ...storageProblems,
};

/** Has bodies of `POST /game` read and stored by a thread. */
export function createPhoneGameIntake({ workers, ids, sessions, dataDirectory }: PhoneGameIntakeDeps) {
  return {
    /** Throws what a bad body throws, and `analysis_busy`. Samples that get no row are deleted within an hour. */
    async store(body: Buffer, now: number): Promise<StoredPhoneGame> {
      const sessionId = ids.next();
      const { bytes, moved } = movable(body);
      const outcome = await workers
        .run(storePhoneGame, { dataDirectory, bytes, streamId: sessionId, now }, { moved })
        .catch((error: unknown) => {
          throw problemIn(error);
        });
      if (outcome.ok) return { sessionId, ...outcome };
      const kind = kinds[outcome.code];
      // Who tries again finds a file that can be written.
      if (kind === storageProblems.storage_failed) await sessions.examine();
      throw kind === undefined ? new Error(outcome.code) : new Problem(kind, undefined, outcome.extras);
    },
  };
}
export type PhoneGameIntake = ReturnType<typeof createPhoneGameIntake>;

/** A large body is handed over as it is; a small one may lie in memory that others use. */
function movable(body: Buffer): { bytes: Uint8Array; moved: ArrayBuffer[] } {
  const { buffer, byteOffset, byteLength } = body;
  const isAlone = byteOffset === 0 && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer;
  if (!isAlone) return { bytes: Uint8Array.from(body), moved: [] };
  return { bytes: new Uint8Array(buffer, byteOffset, byteLength), moved: [buffer] };
}

function problemIn(error: unknown): unknown {
  if (error instanceof WorkersBusy) return new Problem(progressProblems.analysis_busy);
  // More came out of it than a thread may hold: it is no game.
  const ranOut = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return ranOut ? new Problem(progressProblems.too_many_samples) : error;
}
