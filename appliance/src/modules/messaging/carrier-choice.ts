import type { CarrierName } from './carrier.ts';
import type { HandoverRow } from './messaging-tables.ts';

/** A carrier at this moment. */
export interface Standing {
  readonly name: CarrierName;
  readonly available: boolean;
  /** Why it is not available. */
  readonly reason: string | null;
  /** Whether it can be given a text right now: within its pace, with a hand free. */
  readonly free: boolean;
}

export type Attempt = Pick<HandoverRow, 'carrier' | 'state' | 'reason' | 'retry_at'>;

export type Choice =
  | { readonly go: CarrierName }
  /** `for`: the carrier it waits for; `until`: not worth another look before (epoch ms); null: any moment. */
  | { readonly wait: string; readonly for: CarrierName; readonly until: number | null }
  /** Every carrier has refused it for good. */
  | { readonly never: string };

/**
 * Which carrier gets a text, pure. The first in the order of preference that has not refused it and is available; one
 * that is merely busy is waited for, unless the text is `urgent`: then the next may have it.
 * @param standings in the order of preference
 * @param attempts to hand this text over, oldest first; none of them open
 */
export function chooseCarrier(
  standings: readonly Standing[],
  attempts: readonly Attempt[],
  { now, urgent }: { now: number; urgent: boolean },
): Choice {
  const waits: Extract<Choice, { wait: string }>[] = [];
  let refusal = 'no_carrier';
  for (const { name, available, reason, free } of standings) {
    const last = attempts.findLast(({ carrier }) => carrier === name);
    if (last !== undefined && last.retry_at === null) {
      refusal = last.reason ?? refusal;
    } else if (last !== undefined && last.retry_at !== null && last.retry_at > now) {
      waits.push({ wait: last.reason ?? 'busy', for: name, until: last.retry_at });
    } else if (!available) {
      waits.push({ wait: reason ?? 'unavailable', for: name, until: null });
    } else if (free) {
      return { go: name };
    } else {
      waits.push({ wait: 'busy', for: name, until: null });
      if (!urgent) break;
    }
  }
  const [first] = waits;
  if (first === undefined) return { never: refusal };
  const until = waits.some((one) => one.until === null)
    ? null
    : Math.min(...waits.map((one) => one.until ?? now));
  return { ...first, until };
}
