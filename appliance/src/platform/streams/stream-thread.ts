import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { storageProblem } from '../database/storage-problems.ts';
import { Problem } from '../errors.ts';
import { meansDamage, setAside } from './damaged-file.ts';
import { streamFile } from './stream-connection.ts';
import { openStreamWriter, type StreamWriter } from './stream-writer.ts';

/** Runs what the store asks for, one after the other: compression, and commits that wait for the disk. */
export interface StreamThreadData {
  readonly dataDirectory: string;
  /** Whether it may set a damaged file aside: of all processes that write it, one. */
  readonly replaces: boolean;
}

export interface Ask {
  readonly id: number;
  /** Epoch ms. */
  readonly now: number;
  readonly what: keyof StreamWriter;
  readonly args: readonly unknown[];
}

export type Told =
  /** What was stored before is not there any more; `aside` is the name of the damaged file, if it is still there. */
  { readonly began: 'anew'; readonly aside: string | null } | Answered;

export type Answered =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  /** `code` of a storage problem; null for what should not happen. */
  | { readonly id: number; readonly ok: false; readonly code: string | null; readonly message: string };

const { dataDirectory, replaces }: StreamThreadData = workerData;
const file = streamFile(dataDirectory);
let opened: { readonly writer: StreamWriter; readonly file: number } | undefined;

function tell(told: Told): void {
  parentPort?.postMessage(told);
}

const fileThere = (): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;

/** Damage can keep it even from being closed. */
function close(): void {
  try {
    opened?.writer.close();
  } finally {
    opened = undefined;
  }
}

function letGo(): void {
  try {
    close();
  } catch {
    // It is not used any more.
  }
}

/** Here and not at the start: a disk that is full now may have room when it is asked again. */
function writerOf(now: number): StreamWriter {
  if (opened !== undefined && opened.file !== fileThere()) {
    letGo();
    tell({ began: 'anew', aside: null });
  }
  if (opened === undefined) {
    const writer = openStreamWriter(dataDirectory, now);
    opened = { writer, file: fileThere() ?? 0 };
  }
  return opened.writer;
}

function perform({ what, args, now }: Ask): unknown {
  const work = writerOf(now)[what] as (...given: unknown[]) => unknown;
  return work(...args);
}

/** In place of a damaged file a new one begins, and what was asked is done in that. */
function performed(asked: Ask): unknown {
  if (asked.what === 'close') return close();
  try {
    return perform(asked);
  } catch (error) {
    if (!meansDamage(error)) throw error;
    // Another process may have begun a new one.
    letGo();
    if (!replaces) throw error;
    tell({ began: 'anew', aside: setAside(file, asked.now) });
    return perform(asked);
  }
}

parentPort?.on('message', (asked: Ask) => {
  const { id } = asked;
  try {
    tell({ id, ok: true, value: performed(asked) });
  } catch (error) {
    const problem = storageProblem(error);
    const code = problem instanceof Problem ? problem.kind.code : null;
    tell({ id, ok: false, code, message: error instanceof Error ? (error.stack ?? '') : String(error) });
  }
  if (asked.what === 'close') parentPort?.close();
});
