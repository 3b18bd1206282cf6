/**
 * Work for a thread of its own: a module whose default export is the function that does it. What goes in and comes
 * out is copied (structured clone), or moved when it is named in `moved`.
 */
export interface WorkerTask<Input, Output> {
  /** Domain and verb, as with jobs: what the metrics are told by. */
  readonly name: string;
  readonly module: URL;
  /** How long one run may take, waiting not counted; then its thread is ended. */
  readonly timeoutMs: number;
  /** Carries the types; never read. */
  readonly work?: (input: Input) => Output;
}

/**
 * `module` exports a function from `Input` to `Output` by default. An expected failure is a value it returns: of what
 * it throws only the message arrives.
 */
export const defineWorkerTask = <Input, Output>(task: {
  readonly name: string;
  readonly module: URL;
  readonly timeoutMs: number;
}): WorkerTask<Input, Output> => task;

/** More waits already than the pool keeps: ask again later. */
export class WorkersBusy extends Error {
  override readonly name = 'WorkersBusy';
}

/** It was not done in time, and its thread was ended. */
export class WorkerTimedOut extends Error {
  override readonly name = 'WorkerTimedOut';
}

/** The appliance stops. */
export class WorkersStopped extends Error {
  override readonly name = 'WorkersStopped';
}
