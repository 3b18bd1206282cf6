import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../../platform/clock.ts';
import type { IncomingText } from '../carrier.ts';
import type { AtEngine } from './at-engine.ts';
import { PduError } from './pdu-octets.ts';
import { type DeliverPdu, type ReceivedPdu, readReceivedPdu, type StatusReportPdu } from './received-pdu.ts';

export interface ModemInboxDeps {
  ask: AtEngine['ask'];
  /** The memory that the modem stores into, `ME` or `SM`. */
  home: () => string;
  clock: Clock;
  logger: Logger;
  /** Durable when it resolves. */
  incoming(text: IncomingText): Promise<void>;
  /** Durable when it resolves; does not reject. */
  report(pdu: StatusReportPdu): Promise<void>;
}

export interface ModemInbox {
  /** Takes what a memory of the modem holds, its own unless told. Returns at once. */
  look(memory?: string): void;
  /** A PDU that the modem brings without having stored it. */
  brought(pdu: string): void;
}

/** A PDU on the modem; without an index one that only we have. */
interface Entry {
  readonly index: number | null;
  readonly hex: string;
}
interface Part {
  readonly entry: Entry;
  readonly pdu: DeliverPdu;
}
interface Text {
  readonly parts: readonly Part[];
  readonly body: string;
}

/** Parts of a text whose others do not come are passed on after this long. */
const reassembledWithinMs = 24 * 3_600_000;
/** The line may have spoilt a PDU; one that is read the same so many times is spoilt on the modem. */
const spoiltAfterReads = 3;
const mostBrought = 100;
const listsWithinMs = 30_000;
const listing = /^\+CMGL: ?(?<index>\d+),/u;
const isPdu = /^[\dA-F]+$/iu;

/**
 * What came in: read from the modem, put together, passed on, and only then deleted there. So a text outlives a power
 * cut at any moment, and may be passed on twice, under the same reference.
 */
export function createModemInbox(deps: ModemInboxDeps): ModemInbox {
  const { ask, home, clock, logger, incoming, report } = deps;
  const toRead = new Set<string>();
  let isReading = false;
  let brought: Entry[] = [];
  const reads = new Map<string, number>();
  const reports = new Map<string, 'telling' | 'told'>();
  const incompleteSince = new Map<string, number>();

  async function readAll(): Promise<void> {
    if (isReading) return;
    isReading = true;
    for (const memory of toRead) {
      toRead.delete(memory);
      await readMemory(memory).catch((error: unknown) =>
        logger.error({ err: error }, 'texts on the modem stay there'),
      );
    }
    isReading = false;
  }

  async function readMemory(memory: string): Promise<void> {
    const isAway = memory !== home();
    if (isAway && !(await select(memory))) return;
    const entries = [...brought, ...(await list())];
    const done = await take(entries, memory);
    for (const entry of done) await remove(entry);
    if (isAway) await select(home());
  }

  const select = async (memory: string) => (await ask({ text: `AT+CPMS="${memory}"` })).state === 'ok';

  async function list(): Promise<Entry[]> {
    const answer = await ask({ text: 'AT+CMGL=4', takes: /^(\+CMGL:|[\dA-F]+$)/iu, withinMs: listsWithinMs });
    if (answer.state !== 'ok') return [];
    return answer.lines.flatMap((line, at) => {
      const index = listing.exec(line)?.groups?.['index'];
      const hex = answer.lines[at + 1];
      return index === undefined || hex === undefined || !isPdu.test(hex)
        ? []
        : [{ index: Number(index), hex }];
    });
  }

  /** A modem that began anew in between may show another memory: deleted is only what is still there. */
  async function remove({ index, hex }: Entry): Promise<void> {
    brought = brought.filter((entry) => entry.hex !== hex);
    if (index === null) return;
    const there = await ask({ text: `AT+CMGR=${index}`, takes: /^(\+CMGR:|[\dA-F]+$)/iu });
    if (there.state !== 'ok' || there.lines.at(-1) !== hex) return;
    const { state } = await ask({ text: `AT+CMGD=${index}` });
    if (state === 'ok') for (const kept of [reads, reports]) kept.delete(hex);
  }

  /** Passes on what can be; answers what need not stay on the modem. */
  async function take(entries: readonly Entry[], memory: string): Promise<Entry[]> {
    const done: Entry[] = [];
    const parts: Part[] = [];
    for (const entry of entries) {
      const pdu = read(entry);
      if (pdu === 'drop') done.push(entry);
      else if (pdu?.kind === 'deliver') parts.push({ entry, pdu });
      else if (pdu?.kind === 'status_report' && takeReport(entry, pdu, memory)) done.push(entry);
    }
    for (const text of textsOf(parts)) {
      if (await passOn(text)) done.push(...text.parts.map(({ entry }) => entry));
    }
    return done;
  }

  function read({ hex }: Entry): ReceivedPdu | 'drop' | null {
    try {
      return readReceivedPdu(hex);
    } catch (error) {
      if (!(error instanceof PduError)) throw error;
      const times = (reads.get(hex) ?? 0) + 1;
      reads.set(hex, times);
      if (error.code === 'malformed' && times < spoiltAfterReads) return null;
      logger.warn({ reason: error.code }, 'a text on the modem cannot be read, and is deleted');
      return 'drop';
    }
  }

  function takeReport({ hex }: Entry, pdu: StatusReportPdu, memory: string): boolean {
    const state = reports.get(hex);
    if (state === undefined) {
      reports.set(hex, 'telling');
      void report(pdu).then(() => {
        reports.set(hex, 'told');
        look(memory);
      });
    }
    return state === 'told';
  }

  async function passOn({ parts, body }: Text): Promise<boolean> {
    const first = parts[0]?.pdu;
    if (first === undefined) return false;
    const { from, timeStamp } = first;
    const hash = createHash('sha256')
      .update(JSON.stringify([from, timeStamp, body]))
      .digest('hex');
    try {
      await incoming({ reference: `modem:${timeStamp}:${hash.slice(0, 24)}`, from, body });
      return true;
    } catch (error) {
      logger.error({ err: error }, 'a text that came in could not be stored, and stays on the modem');
      return false;
    }
  }

  /** Whole texts, and those that have waited long enough for their missing parts. */
  function textsOf(parts: readonly Part[]): Text[] {
    const groups = Map.groupBy(parts, ({ entry, pdu }) =>
      pdu.part === null ? entry : `${pdu.from} ${pdu.part.concatenation} ${pdu.part.total}`,
    );
    const texts: Text[] = [];
    for (const key of incompleteSince.keys()) if (!groups.has(key)) incompleteSince.delete(key);
    for (const [key, group] of groups) {
      const total = group[0]?.pdu.part?.total ?? 1;
      const chosen = inOrder(group);
      const isWhole = chosen.every((part) => part !== null) && chosen.length === total;
      if (typeof key === 'string' && !isWhole && !isOverdue(key, group)) continue;
      if (typeof key === 'string') incompleteSince.delete(key);
      const body = chosen.map((part) => part?.pdu.body ?? ' … ').join('');
      texts.push({ parts: group.filter((part) => isIn(part, chosen)), body: body.toWellFormed() });
    }
    return texts;
  }

  /** By the network's time, so that restarts do not begin it anew; and not before we have waited a little ourselves. */
  function isOverdue(key: string, group: readonly Part[]): boolean {
    const seen = incompleteSince.get(key) ?? clock.monotonic();
    incompleteSince.set(key, seen);
    const newest = Math.max(...group.map(({ pdu }) => pdu.sentAt ?? 0));
    return clock.monotonic() - seen >= leastWaitMs && clock.now() - newest >= reassembledWithinMs;
  }

  function look(memory = home()): void {
    toRead.add(memory);
    void readAll();
  }

  return {
    look,
    brought(hex) {
      brought = [...brought, { index: null, hex }].slice(-mostBrought);
      look();
    },
  };
}

const leastWaitMs = 600_000;

/** One part for each place, the newest where a sender used a number again; null where there is none. */
function inOrder(group: readonly Part[]): (Part | null)[] {
  const total = group[0]?.pdu.part?.total ?? 1;
  const newestFirst = group.toSorted((a, b) => (b.pdu.sentAt ?? 0) - (a.pdu.sentAt ?? 0));
  return Array.from(
    { length: total },
    (_, place) => newestFirst.find(({ pdu }) => (pdu.part?.sequence ?? 1) === place + 1) ?? null,
  );
}

/** Chosen itself, or a repetition of a part that is. */
const isIn = ({ entry }: Part, chosen: readonly (Part | null)[]): boolean =>
  chosen.some((part) => part?.entry.hex === entry.hex);
