import type { Clock } from '../../platform/clock.ts';
import type { Statements, Transaction } from '../../platform/database/transaction.ts';
import type { Events } from '../../platform/events/events.ts';
import type { Ids } from '../../platform/ids.ts';
import { optOutsStore } from './opt-outs-store.ts';
import { optOutChanged } from './players-events.ts';
import type { OptOutSource } from './players-tables.ts';

/** What the owner of a phone said about texts to it, and through whom we learnt of it. */
export interface WordOnTexts {
  /** E.164. */
  readonly phone: string;
  readonly source: OptOutSource;
  /** As they were said; null where a carrier tells us the fact alone. */
  readonly words: string | null;
}

/**
 * Whether a phone may be texted at all: a matter of the number, and not of one player or one visit. Consent given at a
 * later sign-up does not lift it; only the owner of the phone does, by a text from it.
 */
export function createOptOutsService({ clock, ids, events }: { clock: Clock; ids: Ids; events: Events }) {
  const optedOut = (reads: Pick<Statements, 'get'>, phone: string): boolean =>
    optOutsStore.lastWordOf(reads, phone) === 1;

  /** Answers whether that is another word than the last one; each is kept all the same, with its own words. */
  function record(tx: Transaction, { phone, source, words }: WordOnTexts, out: boolean): boolean {
    const changes = optedOut(tx, phone) !== out;
    optOutsStore.insert(tx, {
      id: ids.next(),
      phone,
      opted_out: out ? 1 : 0,
      source,
      words,
      at: clock.now(),
    });
    if (changes) events.publish(tx, optOutChanged, { phone, opted_out: out });
    return changes;
  }

  return {
    optedOut,
    /** No more texts to this number, from this moment on. Answers false when that held already. */
    optOut: (tx: Transaction, word: WordOnTexts): boolean => record(tx, word, true),
    /** The owner of the phone wants texts again. Answers false when they had not opted out. */
    optIn: (tx: Transaction, word: WordOnTexts & { readonly source: 'text' | 'carrier' }): boolean =>
      record(tx, word, false),
  };
}
