import { sql } from 'kysely';
import { insertInto, type Placeholders, queriesOver, updateWhole } from '../../platform/database/query.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { CarrierName } from './carrier.ts';
import {
  type EarlyReportRow,
  earlyReports,
  type HandoverRow,
  handovers,
  type MessageRow,
} from './messaging-tables.ts';

const query = queriesOver<{ messages: MessageRow; handovers: HandoverRow; early_reports: EarlyReportRow }>();
type Reads = Pick<Statements, 'all' | 'get'>;

/** How many texts are looked at together. */
const atOnce = 500;

const duePending = query((db, p: Placeholders<{ now: number }>) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('state', '=', 'pending')
    .where('next_attempt_at', '<=', p.now)
    .orderBy('priority')
    .orderBy('expires_at')
    .orderBy('id')
    .limit(atOnce),
);
const dueUnknown = query((db, p: Placeholders<{ now: number }>) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('state', '=', 'unknown')
    .where('next_attempt_at', '<=', p.now)
    .orderBy('next_attempt_at')
    .limit(atOnce),
);
const nextPlanned = query((db, p: Placeholders<{ now: number }>) =>
  db
    .selectFrom('messages')
    .select('next_attempt_at')
    .where('next_attempt_at', '>', p.now)
    .orderBy('next_attempt_at')
    .limit(1),
);

const insertHandover = insertInto(handovers);
const updateHandover = updateWhole(handovers);
const handoverById = query((db, p: Placeholders<{ id: string }>) =>
  db.selectFrom('handovers').selectAll().where('id', '=', p.id),
);
const handoversOf = query((db, p: Placeholders<{ message_id: string }>) =>
  db.selectFrom('handovers').selectAll().where('message_id', '=', p.message_id).orderBy('id'),
);
const begunHandovers = query((db, _: Placeholders<object>) =>
  db.selectFrom('handovers').selectAll().where('state', '=', 'begun'),
);

interface Reported {
  carrier: CarrierName;
  reference: string;
  phone: string | null;
}
/** References of some carriers come round again: it is the last one that has this. */
const byReference = query((db, p: Placeholders<Reported>) =>
  db
    .selectFrom('handovers')
    .innerJoin('messages', 'messages.id', 'handovers.message_id')
    .selectAll('handovers')
    .where('handovers.carrier', '=', p.carrier)
    .where('handovers.reference', '=', p.reference)
    .where((is) => is.or([is(p.phone, 'is', null), is('messages.phone', '=', p.phone)]))
    .orderBy('handovers.id', 'desc')
    .limit(1),
);
const otherWithReference = query(
  (db, p: Placeholders<{ id: string; carrier: CarrierName; reference: string }>) =>
    db
      .selectFrom('handovers')
      .select('id')
      .where('carrier', '=', p.carrier)
      .where('reference', '=', p.reference)
      .where('id', '!=', p.id)
      .limit(1),
);
/** What was given to this carrier for this phone, and the carrier has not said under which reference. */
const withoutReference = query((db, p: Placeholders<{ carrier: CarrierName; phone: string | null }>) =>
  db
    .selectFrom('handovers')
    .innerJoin('messages', 'messages.id', 'handovers.message_id')
    .selectAll('handovers')
    .where('messages.phone', '=', p.phone)
    .where('messages.state', 'in', ['sending', 'unknown'])
    .where('handovers.carrier', '=', p.carrier)
    .where('handovers.reference', 'is', null)
    .where('handovers.state', 'in', ['begun', 'unknown'])
    .orderBy('handovers.id', 'desc')
    .limit(1),
);

const insertEarly = insertInto(earlyReports);
const earlyOf = query((db, p: Placeholders<Reported>) =>
  db
    .selectFrom('early_reports')
    .selectAll()
    .where('carrier', '=', p.carrier)
    .where('reference', '=', p.reference)
    .where((is) => is.or([is('phone', 'is', null), is('phone', '=', p.phone)]))
    .orderBy('id'),
);
const removeEarly = query((db, p: Placeholders<{ id: string }>) =>
  db.deleteFrom('early_reports').where('id', '=', p.id),
);
const forgetEarly = query((db, p: Placeholders<{ before: number }>) =>
  db.deleteFrom('early_reports').where('at', '<', p.before),
);

/** The wall clock was set: waits stay as long as they were, and no text becomes worth sending for longer. */
const moveTexts = query((db, p: Placeholders<{ step: number; back: number }>) =>
  db
    .updateTable('messages')
    .set((row) => ({
      send_after: sql`${row.ref('send_after')} + ${p.step}`,
      next_attempt_at: sql`${row.ref('next_attempt_at')} + ${p.step}`,
      expires_at: sql`${row.ref('expires_at')} + ${p.back}`,
    }))
    .where('next_attempt_at', 'is not', null),
);
const moveRetries = query((db, p: Placeholders<{ step: number; since: number }>) =>
  db
    .updateTable('handovers')
    .set((row) => ({ retry_at: sql`${row.ref('retry_at')} + ${p.step}` }))
    .where('retry_at', '>', p.since),
);
/** A life that has ended while a carrier's pause goes on is told of at once. */
const lookAtEnded = query((db, p: Placeholders<{ now: number }>) =>
  db
    .updateTable('messages')
    .set((row) => ({ next_attempt_at: row.ref('expires_at') }))
    .where('state', '=', 'pending')
    .where('send_after', '<=', p.now)
    .whereRef('next_attempt_at', '>', 'expires_at'),
);
/** Those that wait for a time of day are looked at anew. */
const lookAgain = query((db, p: Placeholders<{ reason: string; now: number }>) =>
  db
    .updateTable('messages')
    .set({ next_attempt_at: p.now })
    .where('state', '=', 'pending')
    .where('reason', '=', p.reason),
);
/** No wait is longer than any that is made: the wall clock may have gone back while the appliance was off. */
const boundWaits = query((db, p: Placeholders<{ latest: number }>) =>
  db.updateTable('messages').set({ next_attempt_at: p.latest }).where('next_attempt_at', '>', p.latest),
);
const boundRetries = query((db, p: Placeholders<{ latest: number }>) =>
  db.updateTable('handovers').set({ retry_at: p.latest }).where('retry_at', '>', p.latest),
);
const boundLives = query((db, p: Placeholders<{ now: number }>) =>
  db
    .updateTable('messages')
    .set((row) => ({ expires_at: sql`${p.now} + ${row.ref('expires_at')} - ${row.ref('created_at')}` }))
    .where('next_attempt_at', 'is not', null)
    .where('created_at', '>', p.now),
);

/** Texts each carrier took since a moment. */
export const takenSince = query((db, p: Placeholders<{ carrier: CarrierName; since: number }>) =>
  db
    .selectFrom('handovers')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('carrier', '=', p.carrier)
    .where('begun_at', '>=', p.since)
    .where('state', '=', 'taken'),
);

export const handoversStore = {
  /** What may be sent now, in the order in which it goes. */
  duePending: (reads: Reads, now: number) => reads.all(duePending, { now }),
  /** What is to be looked up now. */
  dueUnknown: (reads: Reads, now: number) => reads.all(dueUnknown, { now }),
  nextPlanned: (reads: Reads, now: number) => reads.get(nextPlanned, { now })?.next_attempt_at ?? null,
  insert: (tx: Transaction, row: HandoverRow) => tx.run(insertHandover, row),
  update: (tx: Transaction, row: HandoverRow) => tx.run(updateHandover, row),
  byId: (reads: Reads, id: string) => reads.get(handoverById, { id }),
  /** Oldest first. */
  ofMessage: (reads: Reads, messageId: string) => reads.all(handoversOf, { message_id: messageId }),
  begun: (reads: Reads) => reads.all(begunHandovers, {}),
  byReference: (reads: Reads, reported: Reported) => reads.get(byReference, reported),
  withoutReference: (reads: Reads, { carrier, phone }: Reported) =>
    reads.get(withoutReference, { carrier, phone }),
  /** Whether another handing over to the same carrier than this one has the reference. */
  isTaken: (reads: Reads, { id, carrier }: Pick<HandoverRow, 'id' | 'carrier'>, reference: string) =>
    reads.get(otherWithReference, { id, carrier, reference }) !== undefined,
  insertEarly: (tx: Transaction, row: EarlyReportRow) => tx.run(insertEarly, row),
  /** Takes out what was told early of this handing over, oldest first. */
  takeEarly(tx: Transaction, reported: Reported): EarlyReportRow[] {
    const rows = tx.all(earlyOf, reported);
    for (const { id } of rows) tx.run(removeEarly, { id });
    return rows;
  },
  forgetEarly: (tx: Transaction, before: number) => tx.run(forgetEarly, { before }),
  /** @param now wall time after the step */
  followClock(tx: Transaction, step: number, now: number): void {
    tx.run(moveTexts, { step, back: Math.min(step, 0) });
    tx.run(moveRetries, { step, since: now - step });
    tx.run(lookAtEnded, { now });
    tx.run(lookAgain, { reason: 'quiet_hours', now });
  },
  boundWaits(tx: Transaction, now: number, longestMs: number): void {
    tx.run(boundLives, { now });
    tx.run(boundWaits, { latest: now + longestMs });
    tx.run(boundRetries, { latest: now + longestMs });
  },
};
