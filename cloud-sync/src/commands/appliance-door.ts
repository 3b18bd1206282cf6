import {
  CommandOutcome,
  type LinkReport,
  type RemoteCommand,
} from '@dugout/appliance/contract/replication.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { describeError } from '@dugout/appliance/platform/describe-error.ts';
import { readServiceToken } from '@dugout/appliance/platform/http/service-token.ts';

/** What came of something that was brought to the appliance. */
export type Brought<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** It is not there, or cannot just now: nothing was done, and it is nobody's fault. */
  | { readonly kind: 'away'; readonly why: string }
  /** It was there and failed, or has not answered: whether it was done is not known. */
  | { readonly kind: 'failed'; readonly why: string };

export interface ApplianceDoor {
  bring(command: RemoteCommand): Promise<Brought<CommandOutcome>>;
  tell(report: LinkReport): Promise<Brought<null>>;
}

export interface ApplianceDoorOptions {
  /** On this machine. */
  readonly url: string;
  readonly dataDirectory: string;
  readonly clock: Clock;
}

/** A picture that is pressed on a busy machine takes seconds. */
const patienceMs = 30_000;

/** Nobody listens there: the appliance has not even heard of it. */
const unheard: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/**
 * It cannot do anything for anybody: it does not know us (its token is newer than the one we read), is asked too much,
 * stops, or its disk is full.
 */
const passing: ReadonlySet<number> = new Set([401, 403, 429, 503, 507]);

/** The appliance beside the daemon, through its service's door. */
export function createApplianceDoor({ url, dataDirectory, clock }: ApplianceDoorOptions): ApplianceDoor {
  async function post(path: string, body: unknown): Promise<Brought<unknown>> {
    const token = readServiceToken(dataDirectory);
    if (token === null) return { kind: 'away', why: 'the appliance has not made its service token yet' };
    const giveUp = new AbortController();
    const cancel = clock.deadline(patienceMs, () =>
      giveUp.abort(new Error(`no answer within ${patienceMs} ms`)),
    );
    try {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: giveUp.signal,
      });
      const text = await answer.text();
      if (answer.ok) return { kind: 'answered', answer: text === '' ? null : JSON.parse(text) };
      return {
        kind: passing.has(answer.status) ? 'away' : 'failed',
        why: `${answer.status} ${text.slice(0, 500)}`,
      };
    } catch (error) {
      return {
        kind: unheard.has(codeOf(causeOf(error))) ? 'away' : 'failed',
        why: describeError(causeOf(error)),
      };
    } finally {
      cancel();
    }
  }

  return {
    async bring(command) {
      const brought = await post('/api/replication/commands', command);
      if (brought.kind !== 'answered') return brought;
      const outcome = CommandOutcome.safeParse(brought.answer);
      return outcome.success
        ? { kind: 'answered', answer: outcome.data }
        : { kind: 'failed', why: 'what the appliance answered is no outcome' };
    },
    async tell(report) {
      const brought = await post('/api/replication/link', report);
      return brought.kind === 'answered' ? { kind: 'answered', answer: null } : brought;
    },
  };
}

/** fetch says “fetch failed”, and why in its cause. */
const causeOf = (error: unknown): unknown => (error instanceof Error ? (error.cause ?? error) : error);
const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
