import type { Clock } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { Ids } from '../../platform/ids.ts';
import type { CarrierName, DeliveryReport } from './carrier.ts';
import { handoversStore } from './handovers-store.ts';
import type { Happening } from './message-states.ts';
import { earlyReportsKeptMs } from './messaging.ts';
import { messagingStore } from './messaging-store.ts';
import type { HandoverRow, MessageRow } from './messaging-tables.ts';
import type { Outbox } from './outbox-service.ts';

const happeningOf: Readonly<Record<DeliveryReport['state'], Happening>> = {
  sent: 'reported_sent',
  delivered: 'reported_delivered',
  failed: 'reported_failed',
};
const progress = { sent: 0, failed: 1, delivered: 2 } as const;

type Report = Omit<DeliveryReport, 'to' | 'reference'>;

/** What carriers tell of texts that they have. Told early, late, twice or out of order, it counts once. */
export function createDeliveryReportsService(deps: { clock: Clock; ids: Ids; outbox: Outbox }) {
  const { clock, ids, outbox } = deps;

  function apply(tx: Transaction, message: MessageRow, { state, reason }: Report): MessageRow {
    const now = clock.now();
    const times = {
      sent_at: message.sent_at ?? now,
      delivered_at: state === 'delivered' ? now : message.delivered_at,
    };
    return outbox.happened(tx, message, happeningOf[state], {
      reason: state === 'failed' ? reason : null,
      ...times,
    });
  }

  /**
   * The handing over a report is about. Where references come round again, one whose text has arrived or failed gives
   * way to one to the same phone of which the reference is not known yet.
   */
  function reportedOn(
    tx: Transaction,
    reported: { carrier: CarrierName; reference: string; phone: string | null },
  ): HandoverRow | undefined {
    const named = handoversStore.byReference(tx, reported);
    if (reported.phone === null) return named;
    const state = named && messagingStore.byId(tx, named.message_id)?.state;
    if (named !== undefined && state !== 'delivered' && state !== 'failed') return named;
    return handoversStore.withoutReference(tx, reported) ?? named;
  }

  return {
    /** A carrier tells of a text by its reference; one that we do not know yet is kept until we do. */
    report(tx: Transaction, carrier: CarrierName, told: DeliveryReport): void {
      const { reference, state, reason, to = null } = told;
      const handover = reportedOn(tx, { carrier, reference, phone: to });
      const message = handover && messagingStore.byId(tx, handover.message_id);
      if (handover === undefined || message === undefined || handover.state === 'begun') {
        const at = clock.now();
        handoversStore.forgetEarly(tx, at - earlyReportsKeptMs);
        handoversStore.insertEarly(tx, { id: ids.next(), carrier, reference, phone: to, state, reason, at });
        return;
      }
      if (handover.state === 'unknown')
        handoversStore.update(tx, { ...handover, state: 'taken', reference, ended_at: clock.now() });
      apply(tx, message, told);
    },

    /** The carrier has told its reference: what it told before counts now. */
    catchUp(tx: Transaction, handover: HandoverRow & { reference: string }, message: MessageRow): void {
      const { carrier, reference } = handover;
      const early = handoversStore
        .takeEarly(tx, { carrier, reference, phone: message.phone })
        .filter(({ id }) => id > handover.id)
        .toSorted((a, b) => progress[a.state] - progress[b.state]);
      let reported = message;
      for (const report of early) reported = apply(tx, reported, report);
    },
  };
}
export type DeliveryReportsService = ReturnType<typeof createDeliveryReportsService>;
