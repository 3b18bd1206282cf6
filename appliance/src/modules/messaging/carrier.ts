import type { CarrierName } from '../../../contract/messaging.ts';

export type { CarrierName };

/** A text as a carrier is asked to send it. */
export interface OutgoingText {
  /** Of the message in the outbox. */
  readonly id: string;
  /** E.164. */
  readonly to: string;
  readonly body: string;
  /** After this many milliseconds it is not worth delivering any more. */
  readonly validForMs: number;
}

/**
 * What became of handing a text over.
 * - `taken`: the carrier has it. `reference` is what its delivery reports will name; null where it gives none. With a
 *   `reason`, it will not bring it to the guest, and this is why.
 * - `refused`: the carrier surely does not have it. `retry`: whether the same carrier may be asked again, and not
 *   before `retryAfterMs`; `optedOut`: the carrier says that this number wants no texts.
 * - `unknown`: it may or may not have been taken. Never blindly repeated, not even by another carrier: `lookUp` first.
 *
 * `reason` is a stable code that staff read in words (`text.reason.<code>` of the screens' catalog).
 */
export type HandOver =
  | { readonly state: 'taken'; readonly reference: string | null; readonly reason?: string }
  | {
      readonly state: 'refused';
      readonly reason: string;
      readonly retry: boolean;
      readonly retryAfterMs?: number;
      readonly optedOut?: true;
    }
  | { readonly state: 'unknown'; readonly reason: string; readonly reference: string | null };

/** How far a text has come, in the order in which it comes; reports may arrive in any other. */
export type DeliveryState = 'sent' | 'delivered' | 'failed';

export interface DeliveryReport {
  readonly reference: string;
  readonly state: DeliveryState;
  readonly reason: string | null;
  /** Set where the carrier's references come round again (a modem's are 8 bits): whose text it is about. E.164. */
  readonly to?: string;
}

export interface IncomingText {
  /** Names this text at its carrier, for good: a text that is told of twice is taken once. */
  readonly reference: string;
  /** E.164 where it is a number; short codes and names as they came. */
  readonly from: string;
  readonly body: string;
}

/** Where a carrier brings what it hears. Durable when the promise resolves: only then the carrier may forget it. */
export interface CarrierEvents {
  delivery(report: DeliveryReport): Promise<void>;
  incoming(text: IncomingText): Promise<void>;
  /** Its availability is another than before. */
  changed(): void;
}

export interface CarrierHealth {
  readonly available: boolean;
  /** Stable code of why it is not (`unreachable`, `no_network`, `sim_pin`, `unplugged`, …); null while it is. */
  readonly reason: string | null;
}

/** What the outbox knows of a handing over that ended `unknown`. */
export interface UnclearHandover {
  /** Venue time, epoch milliseconds. */
  readonly at: number;
  readonly reference: string | null;
  /**
   * Whether the outbox has this reference for another handing over to the same carrier. Where references name a text
   * for good, what has one that is taken is another text, however alike; says nothing where they come round again.
   */
  isTaken(reference: string): boolean;
}

/** A way for texts to leave the venue, and for answers to come in. */
export interface Carrier {
  readonly name: CarrierName;
  /** Texts it may be given: so many at once, and so many a minute in the long run. */
  readonly pace: { readonly burst: number; readonly perMinute: number };
  /** How many texts it is given at the same time; 4 unless told. */
  readonly atOnce?: number;
  /** False where a guest cannot answer to its texts; they can unless told. */
  readonly answerable?: false;
  health(): CarrierHealth;
  /** Never throws, and always answers: every step inside has a time limit of its own. */
  send(text: OutgoingText, signal: AbortSignal): Promise<HandOver>;
  /**
   * What became of a text whose handing over ended `unknown`: `taken` or `refused` when that can be told, else
   * `unknown`; asked again later.
   */
  lookUp(text: OutgoingText, handover: UnclearHandover, signal: AbortSignal): Promise<HandOver>;
  /** Begins to listen; returns at once. Whatever fails is tried again, and shows in `health`. */
  start(events: CarrierEvents): void;
  stop(): Promise<void>;
}
