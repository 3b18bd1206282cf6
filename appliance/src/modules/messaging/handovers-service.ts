import type { Clock } from '../../platform/clock.ts';
import { isStorageFailure } from '../../platform/database/storage-problems.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { Ids } from '../../platform/ids.ts';
import { type Backoff, backoffMs } from '../../platform/jobs/backoff.ts';
import type { PlayersModule } from '../players/index.ts';
import type { CarrierName, HandOver, OutgoingText } from './carrier.ts';
import { type Choice, chooseCarrier, type Standing } from './carrier-choice.ts';
import type { DeliveryReportsService } from './delivery-reports-service.ts';
import { handoversStore } from './handovers-store.ts';
import { lookUpBackoff, lookUpForMs, readingMs, retryBackoff, urgentMs } from './messaging.ts';
import type { MessagingService } from './messaging-service.ts';
import { messagingStore } from './messaging-store.ts';
import type { HandoverRow, MessageRow } from './messaging-tables.ts';
import type { OutboxClock } from './outbox-clock.ts';
import type { Outbox } from './outbox-service.ts';

export interface HandoversServiceDeps {
  clock: Clock;
  ids: Ids;
  times: OutboxClock;
  outbox: Outbox;
  messaging: Pick<MessagingService, 'objectionNow' | 'wordedNow'>;
  players: Pick<PlayersModule, 'optOut'>;
  reports: Pick<DeliveryReportsService, 'catchUp'>;
  random: () => number;
  /** Hears of a text that could not be made. */
  onBroken(messageId: string, error: unknown): void;
}

/** A carrier as it stands to be given a text. */
export interface Offer {
  standing(): Standing;
  readonly answerable: boolean;
  /** Counts a text against its pace and its hands. */
  begin(): void;
}

/** A text in a carrier's hands, written down before the carrier knows of it. */
export interface Begun {
  readonly handover: HandoverRow;
  readonly text: OutgoingText;
}

type Refusal = Extract<HandOver, { state: 'refused' }>;

/** Gives texts to carriers, and learns what became of them. Every function is part of one write. */
export function createHandoversService(deps: HandoversServiceDeps) {
  const { clock, times, ids, outbox, messaging, players, reports, random } = deps;

  /** At least half of the bound: who is in trouble is left alone for a while. */
  const backoff = (bounds: Backoff, times: number): number =>
    backoffMs(bounds, times, () => 0.5 + random() / 2);

  const outgoing = ({ id, phone: to, body, expires_at }: MessageRow): OutgoingText => ({
    id,
    to,
    body,
    validForMs: Math.max(0, expires_at - times.latest()),
  });

  function choose(tx: Transaction, message: MessageRow, standings: readonly Standing[]): Choice {
    const now = times.now();
    const attempts = message.attempts === 0 ? [] : handoversStore.ofMessage(tx, message.id);
    return chooseCarrier(standings, attempts, {
      now,
      urgent: message.expires_at - times.latest() < urgentMs,
    });
  }

  /** When it is too late, that is said at once. */
  const nextLook = ({ expires_at }: MessageRow, wanted: number): number =>
    Math.min(wanted, expires_at - readingMs + 1);

  /** Waits as the choice says, or fails when nobody is left to ask. */
  function putBack(tx: Transaction, message: MessageRow, choice: Choice): void {
    if ('never' in choice) {
      outbox.happened(tx, message, 'refused', { reason: choice.never });
      return;
    }
    const change =
      'wait' in choice
        ? { reason: choice.wait, next_attempt_at: nextLook(message, choice.until ?? times.now()) }
        : { reason: null, next_attempt_at: times.now() };
    outbox.happened(tx, message, 'put_back', { ...change, carrier: null });
  }

  function begin(tx: Transaction, message: MessageRow, carrier: CarrierName, answerable: boolean): Begun {
    const handover: HandoverRow = {
      id: ids.next(),
      message_id: message.id,
      carrier,
      state: 'begun',
      reason: null,
      reference: null,
      look_ups: 0,
      begun_at: clock.now(),
      ended_at: null,
      retry_at: null,
    };
    handoversStore.insert(tx, handover);
    const change = { reason: null, carrier, attempts: message.attempts + 1 };
    const worded = messaging.wordedNow(tx, message, answerable);
    return {
      handover,
      text: outgoing(outbox.happened(tx, message, 'handed_over', { ...change, ...worded })),
    };
  }

  /** What has become of the guest, the game and the hour since the text was written is asked now, and not before. */
  function beginUnlessObjected(
    tx: Transaction,
    message: MessageRow,
    carrier: CarrierName,
    answerable: boolean,
  ): Begun | null {
    const objection = messaging.objectionNow(tx, message);
    if (objection === null) return begin(tx, message, carrier, answerable);
    if ('drop' in objection) outbox.happened(tx, message, 'dropped', { reason: objection.drop });
    else outbox.stays(tx, message, objection.hold, nextLook(message, objection.until));
    return null;
  }

  /** One text that cannot be worded must not hold up all others. */
  function unlessBroken(tx: Transaction, message: MessageRow, work: () => Begun | null): Begun | null {
    try {
      return tx.attempt(work);
    } catch (error) {
      if (isStorageFailure(error)) throw error;
      deps.onBroken(message.id, error);
      outbox.happened(tx, message, 'refused', { reason: 'internal_error' });
      return null;
    }
  }

  function taken(
    tx: Transaction,
    handover: HandoverRow,
    message: MessageRow,
    answer: Extract<HandOver, { state: 'taken' }>,
  ): void {
    const now = clock.now();
    const reason = answer.reason ?? null;
    const reference = answer.reference ?? handover.reference;
    handoversStore.update(tx, { ...handover, state: 'taken', reason, reference, ended_at: now });
    const sent = outbox.happened(tx, message, 'taken', {
      reason,
      carrier: handover.carrier,
      sent_at: now,
    });
    if (reference !== null) reports.catchUp(tx, { ...handover, reference }, sent);
  }

  function refused(
    tx: Transaction,
    handover: HandoverRow,
    message: MessageRow,
    refusal: Refusal,
    standings: readonly Standing[],
  ): void {
    const { reason, retry, retryAfterMs = 0, optedOut } = refusal;
    const now = times.now();
    const refusals = handoversStore
      .ofMessage(tx, message.id)
      .filter(({ carrier, state }) => carrier === handover.carrier && state === 'refused').length;
    const retry_at = retry ? now + Math.max(retryAfterMs, backoff(retryBackoff, refusals + 1)) : null;
    handoversStore.update(tx, { ...handover, state: 'refused', reason, ended_at: clock.now(), retry_at });
    if (optedOut === true) {
      const unsent = outbox.happened(tx, message, 'put_back', { next_attempt_at: now, carrier: null });
      outbox.happened(tx, unsent, 'dropped', { reason: 'opted_out' });
      players.optOut(tx, { phone: message.phone, source: 'carrier', words: null });
    } else putBack(tx, message, choose(tx, message, standings));
  }

  /** Not known, so not sent again by anybody: looked up until the carrier can tell, and told of when time is up. */
  function lostSightOf(
    tx: Transaction,
    handover: HandoverRow,
    message: MessageRow,
    { reason, reference }: { reason: string; reference: string | null },
  ): void {
    const now = times.now();
    const look_ups = handover.state === 'unknown' ? handover.look_ups + 1 : 0;
    const known = reference ?? handover.reference;
    handoversStore.update(tx, {
      ...handover,
      state: 'unknown',
      reason,
      reference: known,
      look_ups,
      ended_at: clock.now(),
    });
    const isTooLate = times.latest() >= message.expires_at;
    const next = now + backoff(lookUpBackoff, look_ups + 1);
    const lookAt = isTooLate ? next : Math.min(next, message.expires_at);
    const change = {
      reason: isTooLate ? 'unresolved' : reason,
      next_attempt_at: clock.now() - handover.begun_at > lookUpForMs ? null : lookAt,
    };
    if (message.state === 'unknown') outbox.stays(tx, message, change.reason, change.next_attempt_at);
    else outbox.happened(tx, message, 'lost_sight_of', { ...change, carrier: handover.carrier });
  }

  /** What the carrier has said, or a look-up has shown. What was told of it in the meantime stands. */
  function settle(
    tx: Transaction,
    handoverId: string,
    answer: HandOver,
    standings: readonly Standing[],
  ): void {
    const handover = handoversStore.byId(tx, handoverId);
    const message = handover && messagingStore.byId(tx, handover.message_id);
    if (handover === undefined || message === undefined) return;
    if (handover.state === 'taken' || handover.state === 'refused') return;
    if (answer.state === 'taken') taken(tx, handover, message, answer);
    else if (answer.state === 'refused') refused(tx, handover, message, answer, standings);
    else lostSightOf(tx, handover, message, answer);
  }

  return {
    /**
     * Decides on every text whose moment has come: too late, objected to, without a carrier, or begun.
     * Answers what was begun, and how many texts wait for which carrier.
     */
    beginDue(tx: Transaction, offers: ReadonlyMap<CarrierName, Offer>) {
      const begun: Begun[] = [];
      const waiting = new Map<CarrierName, number>();
      for (const message of handoversStore.duePending(tx, times.now())) {
        if (times.latest() > message.expires_at - readingMs) {
          outbox.happened(tx, message, 'expired', { reason: 'too_late' });
          continue;
        }
        const choice = choose(
          tx,
          message,
          [...offers.values()].map((offer) => offer.standing()),
        );
        if ('never' in choice) {
          outbox.happened(tx, message, 'refused', { reason: choice.never });
        } else if ('wait' in choice) {
          waiting.set(choice.for, (waiting.get(choice.for) ?? 0) + 1);
          const until = choice.until ?? message.next_attempt_at ?? times.now();
          outbox.stays(tx, message, choice.wait, nextLook(message, until));
        } else {
          const answerable = offers.get(choice.go)?.answerable === true;
          const one = unlessBroken(tx, message, () =>
            beginUnlessObjected(tx, message, choice.go, answerable),
          );
          if (one === null) continue;
          offers.get(choice.go)?.begin();
          begun.push(one);
        }
      }
      return { begun, waiting };
    },

    settle,

    /** What is to be looked up now, with the handing over that it is about. */
    dueLookUps(tx: Transaction): Begun[] {
      return handoversStore.dueUnknown(tx, times.now()).flatMap((message) => {
        const handover = handoversStore
          .ofMessage(tx, message.id)
          .findLast(({ state }) => state === 'unknown');
        if (handover !== undefined) return [{ handover, text: outgoing(message) }];
        outbox.stays(tx, message, 'unresolved', null);
        return [];
      });
    },

    /** The carrier that could tell is not there: asked later. */
    lookUpLater(tx: Transaction, { handover }: Begun): void {
      const message = messagingStore.byId(tx, handover.message_id);
      if (message?.state !== 'unknown') return;
      const now = times.now();
      const isTooLate = times.latest() >= message.expires_at;
      const next = now + lookUpBackoff.baseMs;
      const gaveUp = clock.now() - handover.begun_at > lookUpForMs;
      const lookAt = isTooLate ? now + lookUpBackoff.capMs : Math.min(next, message.expires_at);
      outbox.stays(tx, message, isTooLate ? 'unresolved' : message.reason, gaveUp ? null : lookAt);
    },

    /** What an earlier process was about when it died may have left; and no wait is longer than it can be. */
    recover(tx: Transaction): void {
      handoversStore.boundWaits(tx, times.now(), retryBackoff.capMs);
      for (const { id } of handoversStore.begun(tx))
        settle(tx, id, { state: 'unknown', reason: 'interrupted', reference: null }, []);
    },
  };
}
export type HandoversService = ReturnType<typeof createHandoversService>;
