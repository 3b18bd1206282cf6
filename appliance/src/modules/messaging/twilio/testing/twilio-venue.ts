import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { createFakeClock } from '../../../../testing/fake-clock.ts';
import { startTwilioStandIn, type TwilioStandInOptions } from '../../../../testing/twilio-stand-in.ts';
import type { DeliveryReport, IncomingText, OutgoingText } from '../../carrier.ts';
import { createTwilioCarrier, type TwilioOptions } from '../twilio-carrier.ts';

export const guest = '+15551234567';
const never = new AbortController().signal;

let texts = 0;
export const aText = (change: Partial<OutgoingText> = {}): OutgoingText => ({
  id: `text-${++texts}`,
  to: guest,
  body: `Ticket A${texts}, it is your turn!`,
  validForMs: 600_000,
  ...change,
});

/** A carrier and the Twilio it talks to, with a clock that stands still until it is told. */
export async function aTwilioVenue(
  twilio: TwilioStandInOptions = {},
  change: Partial<TwilioOptions> = {},
  clock = createFakeClock(),
) {
  /** Twilio's clock stays right when the venue's is set. */
  const began = clock.now() - clock.monotonic();
  const rightClock = { ...clock, now: () => began + clock.monotonic() };
  const standIn = await startTwilioStandIn({ clock: rightClock, ...twilio });
  const reports: DeliveryReport[] = [];
  const incoming: IncomingText[] = [];
  const availability: boolean[] = [];
  let underWay = 0;
  /** Answers as a whole, so that no more than a turn of the loop is missing when nothing is under way. */
  const counted: typeof fetch = async (...request) => {
    underWay += 1;
    try {
      const response = await fetch(...request);
      const body = await response.arrayBuffer();
      return new Response([204, 304].includes(response.status) ? null : body, response);
    } finally {
      underWay -= 1;
    }
  };

  const aCarrier = () => {
    const carrier = createTwilioCarrier({
      accountSid: standIn.account.accountSid,
      authToken: standIn.account.authToken,
      from: standIn.account.numbers[0] ?? '',
      apiUrl: standIn.url,
      clock,
      logger: pino({ level: 'silent' }),
      random: () => 1,
      fetch: counted,
      ...change,
    });
    const failing = { delivery: 0, incoming: 0 };
    return {
      failing,
      ...carrier,
      send: (text: OutgoingText, signal = never) => carrier.send(text, signal),
      lookUp: (text: OutgoingText, at: number, reference: string | null = null, stored: string[] = []) =>
        carrier.lookUp(text, { at, reference, isTaken: (one) => stored.includes(one) }, never),
      listen: () =>
        carrier.start({
          async delivery(report) {
            if (failing.delivery-- > 0) throw new Error('the disk is full');
            reports.push(report);
          },
          async incoming(text) {
            if (failing.incoming-- > 0) throw new Error('the disk is full');
            incoming.push(text);
          },
          changed: () => availability.push(carrier.health().available),
        }),
    };
  };
  const carrier = aCarrier();

  return {
    ...carrier,
    standIn,
    clock,
    reports,
    incoming,
    availability,
    /** The same carrier after the appliance was started anew. */
    aCarrier,
    /** Lets time pass, some at a time, and each time all that is under way come to its end. */
    async passes(ms: number, stepMs = 1_000): Promise<void> {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.advance(Math.min(stepMs, ms - passed));
        do await delay(2);
        while (underWay > 0);
        await clock.advance(0);
      }
    },
    /** Waits for requests to send a text, then lets the time limit of an answer pass. */
    async givesUp(requests: number): Promise<void> {
      while (standIn.requests.filter((line) => line.startsWith('POST')).length < requests) await delay(2);
      await clock.advance(15_000);
    },
    async stop(): Promise<void> {
      await carrier.stop();
      await standIn.stop();
    },
  };
}
export type TwilioVenue = Awaited<ReturnType<typeof aTwilioVenue>>;
