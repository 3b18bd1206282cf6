import type { Logger } from 'pino';
import { type Clock, toMoment } from '../../../platform/clock.ts';
import type { CarrierEvents } from '../carrier.ts';
import { listMessages } from './message-list.ts';
import { createRounds } from './rounds.ts';
import type { Sender } from './sender.ts';
import type { TwilioApi } from './twilio-api.ts';
import type { TwilioHealth } from './twilio-health.ts';
import { ageOf, incomingText, isIncoming } from './twilio-messages.ts';

const roundMs = 15_000;
/** What came in while the appliance was off is taken up. */
const catchUpMs = 24 * 3_600_000;
/** Twilio may list a text a little later than others that came in after it. */
const overlapMs = 10 * 60_000;

const sentSince = (moment: number) => ({
  'DateSent>': toMoment(moment - overlapMs).replace(/\.\d+Z$/u, 'Z'),
});

export interface IncomingWatchDeps {
  readonly api: TwilioApi;
  readonly sender: Sender;
  readonly health: TwilioHealth;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: CarrierEvents;
}

/**
 * Asks Twilio for texts that came in. Each round looks back to where the last one that succeeded had come, by Twilio's
 * own clock, and a little further. The same request shows whether Twilio is there again, when it was not.
 */
export function createIncomingWatch(deps: IncomingWatchDeps) {
  const { api, sender, health, clock, logger, events } = deps;
  /** Up to when everything was heard. */
  let heardUntil: { readonly twilio: number; readonly monotonic: number } | undefined;
  /** What was heard of late, with its moment by Twilio's clock. */
  const heard = new Map<string, number>();

  async function hear(signal: AbortSignal): Promise<void> {
    const asked = clock.monotonic();
    const maxAgeMs = heardUntil === undefined ? catchUpMs : asked - heardUntil.monotonic + overlapMs;
    const filter = { ...sender.received, ...(heardUntil === undefined ? {} : sentSince(heardUntil.twilio)) };
    const list = await listMessages(api, filter, maxAgeMs, signal);
    if (list === null) return;
    const incoming = list.messages.filter(
      (message) =>
        isIncoming(message) &&
        sender.isOurs(message) &&
        ageOf(message, list.now) <= maxAgeMs &&
        !heard.has(message.sid),
    );
    for (const message of incoming.toReversed()) {
      await events.incoming(incomingText(message));
      heard.set(message.sid, list.now - ageOf(message, list.now));
    }
    heardUntil = { twilio: list.now, monotonic: asked };
    for (const [sid, at] of heard) if (at < list.now - 2 * overlapMs) heard.delete(sid);
  }

  async function round(signal: AbortSignal): Promise<number> {
    try {
      await hear(signal);
    } catch (error) {
      logger.warn({ err: error }, 'a text that came in could not be stored; it is fetched again');
    }
    return health.current().available ? roundMs : health.probeAfterMs();
  }

  const rounds = createRounds(clock, round);
  return {
    start: rounds.start,
    stop: rounds.stop,
    /** Twilio was lost while it was not asked: from now on it is asked whether it is back. */
    probe: () => rounds.next(health.probeAfterMs()),
  };
}
