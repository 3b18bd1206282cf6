import type { Logger } from 'pino';
import { type Backoff, backoffMs } from '../../../platform/jobs/backoff.ts';
import type { CarrierHealth } from '../carrier.ts';
import type { Exchange } from './twilio-api.ts';
import { troubleIn } from './twilio-endings.ts';

const backoff: Backoff = { baseMs: 1_000, capMs: 30_000 };

/** Available until a request says otherwise, and again from the next one that is answered. */
export function createTwilioHealth(logger: Logger, random: () => number) {
  let reason: string | null = null;
  let failures = 0;
  let changed = (_available: boolean) => {};

  return {
    current: (): CarrierHealth => ({ available: reason === null, reason }),
    onChange(listener: (available: boolean) => void): void {
      changed = listener;
    },
    ended(exchange: Exchange): void {
      const now = troubleIn(exchange);
      const before = reason;
      failures = now === null ? 0 : failures + 1;
      if (now === before) return;
      reason = now;
      if (now === null) logger.info('Twilio is available again');
      else logger.warn({ reason: now }, 'Twilio is not available');
      changed(now === null);
    },
    /** How long to wait before asking again whether it is back. */
    probeAfterMs: (): number => Math.max(backoff.baseMs / 2, backoffMs(backoff, failures, random)),
  };
}
export type TwilioHealth = ReturnType<typeof createTwilioHealth>;
