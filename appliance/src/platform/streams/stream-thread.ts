import { parentPort, workerData } from 'node:worker_threads';
import { storageProblem } from '../database/storage-problems.ts';
import { Problem } from '../errors.ts';
import { openStreamWriter, type StreamWriter } from './stream-writer.ts';

/** Runs what the store asks for, one after the other: compression, and commits that wait for the disk. */
export interface StreamThreadData {
  readonly dataDirectory: string;
  readonly now: number;
}

export interface Ask {
  readonly id: number;
  readonly what: keyof StreamWriter;
  readonly args: readonly unknown[];
}

export type Told =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  /** `code` of a storage problem; null for what should not happen. */
  | { readonly id: number; readonly ok: false; readonly code: string | null; readonly message: string };

const { dataDirectory, now }: StreamThreadData = workerData;
let writer: StreamWriter | undefined;

function tell(told: Told): void {
  parentPort?.postMessage(told);
}

parentPort?.on('message', ({ id, what, args }: Ask) => {
  try {
    // Here and not at the start: a disk that is full now may have room when it is asked again.
    writer ??= openStreamWriter(dataDirectory, now);
    const perform = writer[what] as (...given: unknown[]) => unknown;
    const value = perform(...args);
    tell({ id, ok: true, value });
    if (what === 'close') parentPort?.close();
  } catch (error) {
    const problem = storageProblem(error);
    const code = problem instanceof Problem ? problem.kind.code : null;
    tell({ id, ok: false, code, message: error instanceof Error ? (error.stack ?? '') : String(error) });
  }
});
