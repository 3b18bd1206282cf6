import type { z } from 'zod';
import type { Transaction } from '../database/transaction.ts';
import { type Backoff, defaultBackoff } from './backoff.ts';
import { GiveUp } from './failure.ts';

/** What a job is asked for by: its name, and the shape of what it must know. */
export interface JobKind<Payload> {
  /** Domain and verb, `souvenir.render`: the name staff see. */
  readonly kind: string;
  /** Read back from JSON at each attempt, so it holds nothing that JSON does not. */
  readonly payload: z.ZodType<Payload, Payload>;
}

/** For a service that asks for work which an adapter of the same module does. */
export const defineJobKind = <Payload>(
  kind: string,
  payload: z.ZodType<Payload, Payload>,
): JobKind<Payload> => ({ kind, payload });

export interface JobContext {
  /** Aborted when the time is up, when the job is cancelled, and when the appliance stops. */
  readonly signal: AbortSignal;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** The effect of a job, made in the transaction that removes it. */
export type JobWrite = (transaction: Transaction) => void;

/** Which kinds go first when there is more work than hands. */
export type JobPriority = 'high' | 'normal' | 'low';

interface Settings {
  /** Attempts before the job is dead and waits for staff. */
  readonly maxAttempts: number;
  /** `normal` unless told. */
  readonly priority?: JobPriority;
  readonly backoff?: Backoff;
}

interface SlowSettings extends Settings {
  /** How long `prepare` may take. Then the attempt has failed, and its late result is thrown away. */
  readonly timeoutMs: number;
  /** How many of this kind are prepared at the same time; 1 unless told. */
  readonly concurrency?: number;
}

interface Mortal {
  /** Told, in the transaction in which the job is given up, with what its last attempt failed of. */
  died(transaction: Transaction, payload: string, error: unknown): void;
}

/** A job with a slow part, as the runner holds it: payloads are still JSON. */
export interface SlowHandler extends Required<SlowSettings>, Mortal {
  prepare(payload: string, context: JobContext): Promise<JobWrite>;
}

/** A job that only writes, as the runner holds it. */
export interface QuickHandler extends Required<Settings>, Mortal {
  write(transaction: Transaction, payload: string): void;
}

export type Handler = SlowHandler | QuickHandler;

/** Any job, whatever its payload: what can be registered. */
export interface RunnableJob {
  readonly kind: string;
  readonly handler: Handler;
}

export interface Job<Payload> extends JobKind<Payload>, RunnableJob {}

interface QuickSpec<Payload> extends JobKind<Payload>, Settings {
  readonly prepare?: never;
  readonly write: (transaction: Transaction, payload: Payload) => void;
  readonly died?: (transaction: Transaction, payload: Payload, error: unknown) => void;
}

interface SlowSpec<Payload, Prepared> extends JobKind<Payload>, SlowSettings {
  /** Slow or outside work, with nothing locked. A crash can make it happen again: it must bear repetition. */
  readonly prepare: (payload: Payload, context: JobContext) => Promise<Prepared>;
  /** The effect. It comes about exactly once: in the transaction that removes the job. */
  readonly write: (transaction: Transaction, payload: Payload, prepared: Prepared) => void;
  /** The last attempt has failed: says so where the domain looks, in the same transaction. */
  readonly died?: (transaction: Transaction, payload: Payload, error: unknown) => void;
}

/**
 * A job with a slow part runs as claim, `prepare`, `write`; one without is claimed, run and removed in a single
 * transaction. Either way effect and completion stand or fall together.
 */
export function defineJob<Payload>(spec: QuickSpec<Payload>): Job<Payload>;
export function defineJob<Payload, Prepared>(spec: SlowSpec<Payload, Prepared>): Job<Payload>;
export function defineJob<Payload, Prepared>(
  spec: QuickSpec<Payload> | SlowSpec<Payload, Prepared>,
): Job<Payload> {
  const read = (json: string): Payload => {
    const result = spec.payload.safeParse(JSON.parse(json));
    if (!result.success) throw new GiveUp(`the payload is not that of ${spec.kind} any more`);
    return result.data;
  };
  const died: Mortal['died'] = (transaction, json, error) => spec.died?.(transaction, read(json), error);
  return {
    kind: spec.kind,
    payload: spec.payload,
    handler: spec.prepare === undefined ? quick(spec, read, died) : slow(spec, read, died),
  };
}

const quick = <Payload>(
  { maxAttempts, priority = 'normal', backoff = defaultBackoff, write }: QuickSpec<Payload>,
  read: (json: string) => Payload,
  died: Mortal['died'],
): QuickHandler => ({
  maxAttempts,
  priority,
  backoff,
  write: (transaction, json) => write(transaction, read(json)),
  died,
});

const slow = <Payload, Prepared>(
  { prepare, write, ...spec }: SlowSpec<Payload, Prepared>,
  read: (json: string) => Payload,
  died: Mortal['died'],
): SlowHandler => ({
  maxAttempts: spec.maxAttempts,
  priority: spec.priority ?? 'normal',
  backoff: spec.backoff ?? defaultBackoff,
  timeoutMs: spec.timeoutMs,
  concurrency: spec.concurrency ?? 1,
  async prepare(json, context) {
    const payload = read(json);
    const prepared = await prepare(payload, context);
    return (transaction) => write(transaction, payload, prepared);
  },
  died,
});
