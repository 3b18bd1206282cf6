import type {
  Carrier,
  CarrierEvents,
  CarrierName,
  HandOver,
  OutgoingText,
  UnclearHandover,
} from '../carrier.ts';

export const taken = (reference: string | null = null): HandOver => ({ state: 'taken', reference });
export const refused = (
  reason: string,
  more: { retry?: boolean; retryAfterMs?: number; optedOut?: true } = {},
): HandOver => ({
  state: 'refused',
  reason,
  retry: false,
  ...more,
});
export const unknown = (reason = 'timed_out', reference: string | null = null): HandOver => ({
  state: 'unknown',
  reason,
  reference,
});

type Answer = HandOver | ((text: OutgoingText) => HandOver | Promise<HandOver>);

/** A carrier that does as the test says, and remembers what it was given. */
export function aTestCarrier(
  name: CarrierName,
  traits: Partial<Pick<Carrier, 'pace' | 'atOnce' | 'answerable'>> = {},
) {
  const given: OutgoingText[] = [];
  const asked: (UnclearHandover & { id: string })[] = [];
  let reason: string | null = null;
  let events: CarrierEvents | undefined;
  let answer: Answer = taken();
  let found: Answer = unknown();
  const next: Answer[] = [];
  const answered = async (one: Answer, text: OutgoingText) => (typeof one === 'function' ? one(text) : one);

  const carrier: Carrier = {
    name,
    pace: { burst: 1_000, perMinute: 60_000 },
    atOnce: 50,
    ...traits,
    health: () => ({ available: reason === null, reason }),
    send(text) {
      given.push(text);
      return answered(next.shift() ?? answer, text);
    },
    lookUp(text, handover) {
      asked.push({ id: text.id, ...handover });
      return answered(found, text);
    },
    start(told) {
      events = told;
    },
    stop: async () => {},
  };
  return {
    carrier,
    /** Every text it was given, in order. */
    given,
    /** Every look-up. */
    asked,
    /** What it says to texts from now on; `then` goes before it, once each. */
    answers(always: Answer, ...then: Answer[]): void {
      answer = always;
      next.push(...then);
    },
    /** What a look-up finds from now on. */
    finds(result: Answer): void {
      found = result;
    },
    /** It is away for this reason, or there again (null). */
    goes(why: string | null): void {
      reason = why;
      events?.changed();
    },
    /** Brings what it hears. Throws before it was started. */
    events(): CarrierEvents {
      if (events === undefined) throw new Error(`${name} was not started`);
      return events;
    },
  };
}
export type TestCarrier = ReturnType<typeof aTestCarrier>;
