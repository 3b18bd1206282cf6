import type { PhoneGameHead } from '../../../contract/progress.ts';
import { defineWorkerTask } from '../../platform/workers/worker-task.ts';

export interface PhoneGameOrder {
  /** Of `streams.db`. */
  readonly dataDirectory: string;
  /** The body of the request. */
  readonly bytes: Uint8Array;
  readonly streamId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Of a problem its code travels. */
export type PhoneGameOutcome =
  | {
      readonly ok: true;
      readonly head: PhoneGameHead;
      readonly samples: number;
      /** Epoch milliseconds, by the venue's clock. */
      readonly began: number;
      readonly ended: number;
    }
  | { readonly ok: false; readonly code: string; readonly extras: Readonly<Record<string, unknown>> };

/** Reads what a phone posted, and stores its samples under a name that no row has yet. */
export const storePhoneGame = defineWorkerTask<PhoneGameOrder, PhoneGameOutcome>({
  name: 'progress.store_phone_game',
  module: new URL('./phone-game-worker.ts', import.meta.url),
  timeoutMs: 60_000,
});
