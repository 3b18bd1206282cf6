import { CommandOutcome, type RemoteCommand } from '@dugout/appliance/contract/replication.ts';
import { describeError } from '@dugout/appliance/platform/describe-error.ts';
import { ApplianceAway, type ApplianceClient } from '../venue/appliance-client.ts';

/** What came of a command that was brought to the appliance. */
export type Brought =
  | { readonly kind: 'answered'; readonly outcome: CommandOutcome }
  /** It is not there, or can do nothing for anybody just now: it has done nothing, and the command is not to blame. */
  | { readonly kind: 'away'; readonly why: string }
  /** It failed, or did not answer any more: whether the command was done is not known. */
  | { readonly kind: 'failed'; readonly why: string };

export interface ApplianceDoor {
  bring(command: RemoteCommand): Promise<Brought>;
}

/** It has not even heard of it: nobody listens there, or its credential is not made yet. */
const unheard: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);

/** It does not know us yet, is asked too much, is stopping, or its disk is full. */
const passing: ReadonlySet<number> = new Set([401, 403, 429, 503, 507]);

/** The appliance beside the daemon, through its service's door. */
export const createApplianceDoor = (appliance: ApplianceClient): ApplianceDoor => ({
  async bring(command) {
    try {
      const { status, body } = await appliance.post('/api/replication/commands', command);
      const outcome = CommandOutcome.safeParse(body);
      if (status === 200 && outcome.success) return { kind: 'answered', outcome: outcome.data };
      return { kind: passing.has(status) ? 'away' : 'failed', why: `it answered ${status}` };
    } catch (error) {
      if (!(error instanceof ApplianceAway)) throw error;
      const reason = rootOf(error);
      return { kind: unheard.has(codeOf(reason)) ? 'away' : 'failed', why: describeError(reason) };
    }
  },
});

/** What an error comes from: fetch itself says no more than that it failed. */
const rootOf = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
