import type { Clock } from '../../../platform/clock.ts';
import type { DeliveryReport, HandOver } from '../carrier.ts';
import { isSameNumber } from './pdu-address.ts';
import type { StatusReportPdu } from './received-pdu.ts';
import { type refusalOf, refusedForGood } from './refusals.ts';

/** How a text is told of in `HandOver` and `DeliveryReport`: the numbers the modem gave its parts, 0 to 255 each. */
export const referenceOf = (numbers: readonly number[]): string => `modem:${numbers.join('+')}`;

/** A text while it is handed over, and until nothing more is heard of it. */
export interface SentText {
  /** The next part was taken, under this number. */
  taken(messageReference: number): void;
  /** The next part may have been taken. */
  inDoubt(): void;
  /** Nothing more of it is handed over for now. */
  end(): void;
  reference(): string;
}

type Verdict = Pick<DeliveryReport, 'state' | 'reason'>;

interface Entry {
  readonly id: string;
  readonly to: string;
  readonly total: number;
  readonly since: number;
  readonly numbers: number[];
  doubt: boolean;
  lateRefusal: ReturnType<typeof refusalOf> | null;
  readonly verdicts: Map<number, Verdict>;
  /** Who waits until what it heard is told. */
  readonly waiting: (() => void)[];
  /** The outbox has written down the reference by now. */
  isKnown: boolean;
  told: Verdict | null;
}

interface LooseReport {
  readonly pdu: StatusReportPdu;
  readonly at: number;
  readonly told: () => void;
}

export interface SentTexts {
  begin(text: { id: string; to: string }, total: number): SentText;
  /** Resolves, never rejects, when what it says is durable at the outbox, or too old to be of use. */
  report(pdu: StatusReportPdu): Promise<void>;
  /** The modem's answer to the part that is in doubt came after all. */
  late(answer: { messageReference: number } | { refusal: ReturnType<typeof refusalOf> }): void;
  lookUp(text: { id: string; to: string; total: number }, handedOverAt: number): HandOver;
  stop(): void;
}

/** Networks try for two days at most by default, and numbers come round again. */
const keptForMs = 48 * 3_600_000;
const mostKept = 500;
/** After the answer is given, the outbox writes it down; a report that is faster than that would be nobody's. */
const writtenDownWithinMs = 2_000;
const toldAgainAfterMs = 10_000;

/**
 * Keeps which numbers the modem gave to which text, in memory, and brings status reports to it: those that come before
 * the modem's own answer, and those that settle a doubt. After a restart a report is told by its number alone.
 */
export function createSentTexts(clock: Clock, tell: (report: DeliveryReport) => Promise<void>): SentTexts {
  /** Oldest first. */
  let entries: Entry[] = [];
  let loose: LooseReport[] = [];
  let isStopped = false;

  function tidy(): void {
    const oldest = clock.now() - keptForMs;
    entries = entries.filter(({ since }) => since >= oldest).slice(-mostKept);
    for (const { told } of loose.filter(({ at }) => at < oldest)) told();
    loose = loose.filter(({ at }) => at >= oldest).slice(-mostKept);
  }

  function open(id: string, to: string, total: number): Entry {
    const entry: Entry = {
      id,
      to,
      total,
      since: clock.now(),
      numbers: [],
      doubt: false,
      lateRefusal: null,
      verdicts: new Map(),
      waiting: [],
      isKnown: false,
      told: null,
    };
    tidy();
    entries.push(entry);
    return entry;
  }

  /** Of a text that was refused nothing is told. */
  function drop(entry: Entry): void {
    entries = entries.filter((other) => other !== entry);
  }

  /** Takes the loose reports that turn out to be about this text. */
  function adopt(entry: Entry): void {
    const own = loose.filter(({ pdu }) => isAbout(pdu, entry));
    loose = loose.filter((report) => !own.includes(report));
    for (const { pdu, told } of own) note(entry, pdu, told);
  }

  function note(entry: Entry, pdu: StatusReportPdu, told: () => void): void {
    const before = entry.verdicts.get(pdu.messageReference);
    if (before === undefined || before.state === 'sent') {
      entry.verdicts.set(pdu.messageReference, verdictOf(pdu.status));
    }
    entry.waiting.push(told);
    if (entry.isKnown) void tellOf(entry);
  }

  async function tellOf(entry: Entry): Promise<void> {
    if (isStopped) return;
    const verdict = verdictOfAll(entry);
    const heard = entry.waiting.splice(0);
    if (verdict !== null && !isSame(verdict, entry.told)) {
      try {
        await tell({ reference: referenceOf(entry.numbers), to: entry.to, ...verdict });
        entry.told = verdict;
      } catch {
        entry.waiting.push(...heard);
        clock.after(toldAgainAfterMs, () => void tellOf(entry));
        return;
      }
    }
    for (const told of heard) told();
  }

  /** Of a text from before a restart. */
  async function tellNumber(pdu: StatusReportPdu, told: () => void): Promise<void> {
    if (isStopped) return;
    try {
      await tell({ reference: referenceOf([pdu.messageReference]), to: pdu.to, ...verdictOf(pdu.status) });
      told();
    } catch {
      clock.after(toldAgainAfterMs, () => void tellNumber(pdu, told));
    }
  }

  function knownSoon(entry: Entry): void {
    clock.after(writtenDownWithinMs, () => {
      entry.isKnown = true;
      void tellOf(entry);
    });
  }

  function handOverOf(entry: Entry): HandOver {
    const { doubt, numbers, total, lateRefusal } = entry;
    if (lateRefusal !== null) return numbers.length === 0 ? lateRefusal : refusedForGood('sent_in_part');
    if (doubt) return { state: 'unknown', reason: 'no_answer', reference: null };
    if (numbers.length < total) return refusedForGood('sent_in_part');
    knownSoon(entry);
    return { state: 'taken', reference: referenceOf(numbers) };
  }

  return {
    begin({ id, to }, total) {
      const entry = open(id, to, total);
      return {
        taken(messageReference) {
          entry.numbers.push(messageReference);
        },
        inDoubt() {
          entry.doubt = true;
        },
        end() {
          if (!entry.doubt && entry.numbers.length < total) return drop(entry);
          adopt(entry);
          return entry.doubt ? undefined : knownSoon(entry);
        },
        reference: () => referenceOf(entry.numbers),
      };
    },

    report(pdu) {
      tidy();
      return new Promise((told) => {
        const newestFirst = entries.toReversed();
        const owner = newestFirst.find((entry) => isAbout(pdu, entry));
        if (owner !== undefined) return note(owner, pdu, told);
        const mayBecomeKnown = entries.some(({ isKnown, to }) => !isKnown && isSameNumber(to, pdu.to));
        loose.push({ pdu, at: clock.now(), told });
        return mayBecomeKnown ? undefined : void tellNumber(pdu, told);
      });
    },

    late(answer) {
      const entry = entries.findLast(({ doubt }) => doubt);
      if (entry === undefined) return;
      entry.doubt = false;
      if ('refusal' in answer) entry.lateRefusal = answer.refusal;
      else entry.numbers.push(answer.messageReference);
      adopt(entry);
    },

    lookUp({ id, to, total }, handedOverAt) {
      const known = entries.findLast((entry) => entry.id === id);
      const since = known?.since ?? handedOverAt;
      const numbers = loose
        .filter(({ pdu, at }) => at >= since && isSameNumber(to, pdu.to))
        .map(({ pdu }) => pdu.messageReference);
      if (known?.doubt === true && numbers[0] !== undefined) {
        known.doubt = false;
        known.numbers.push(numbers[0]);
        adopt(known);
      }
      if (known !== undefined) return handOverOf(known);
      if (new Set(numbers).size < total) return { state: 'unknown', reason: 'no_answer', reference: null };
      const found = open(id, to, total);
      found.numbers.push(...new Set(numbers));
      adopt(found);
      return handOverOf(found);
    },

    stop() {
      isStopped = true;
    },
  };
}

const isAbout = (pdu: StatusReportPdu, { numbers, to }: Entry): boolean =>
  numbers.includes(pdu.messageReference) && isSameNumber(to, pdu.to);

const isSame = (one: Verdict, other: Verdict | null): boolean =>
  one.state === other?.state && one.reason === other.reason;

const stillTrying = { state: 'sent', reason: 'still_trying' } as const;

/** TP-ST, 3GPP TS 23.040 section 9.2.3.15. */
export function verdictOf(status: number): Verdict {
  if (status === 0x00) return { state: 'delivered', reason: null };
  if (status < 0x20 || status >= 0x80) return { state: 'sent', reason: null };
  if (status < 0x40) return stillTrying;
  if (status === 0x46) return { state: 'failed', reason: 'validity_expired' };
  return { state: 'failed', reason: status < 0x60 ? 'not_deliverable' : 'gave_up' };
}

/** A text is delivered when all its parts are, and has failed when one has. */
function verdictOfAll({ verdicts, total }: Entry): Verdict | null {
  const all = [...verdicts.values()];
  if (all.length === 0) return null;
  const failed = all.find(({ state }) => state === 'failed');
  if (failed !== undefined) return failed;
  const delivered = all.filter(({ state }) => state === 'delivered');
  if (delivered.length === total) return { state: 'delivered', reason: null };
  return all.find(({ reason }) => reason !== null) ?? { state: 'sent', reason: null };
}
