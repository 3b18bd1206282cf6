import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { type Clock, sleep } from '../../../platform/clock.ts';
import type { SerialLine } from '../../../platform/serial/serial-line.ts';
import { createTurns } from '../../../platform/turns.ts';
import type { Carrier, CarrierEvents, HandOver, OutgoingText } from '../carrier.ts';
import { cutIntoSegments } from '../sms-segments.ts';
import { createAtEngine } from './at-engine.ts';
import { createModemInbox } from './modem-inbox.ts';
import { createModemSession } from './modem-session.ts';
import { PduError, type PduFault } from './pdu-octets.ts';
import { readReceivedPdu } from './received-pdu.ts';
import { refusalOf, refusedForGood, refusedForNow } from './refusals.ts';
import { createSentTexts, type SentText } from './sent-texts.ts';
import { type SubmitPdu, submitPdus } from './submit-pdu.ts';

export interface ModemCarrierDeps {
  /** Of `createSerialLine`, at `modemBaudRate` unless the modem wants another. */
  line: SerialLine;
  clock: Clock;
  logger: Logger;
}

/** Of modems on USB it is a formality, and they all take it. */
export const modemBaudRate = 115_200;

const promptsWithinMs = 5_000;
/** A network may take a minute; later than that it is not known what became of the text. */
const sendsWithinMs = 60_000;
/** The later parts of a text are tried again, because the first is on its way. */
const triesOfLaterParts = 3;
const betweenTriesMs = 3_000;

/** A modem says these when it begins anew; which ones, its maker decides. */
const banner = /^(RDY|START|\^SYSSTART|SYSSTART|POWER ON|POWERED UP)$/u;

/**
 * Texts by a GSM or LTE modem on a serial line. Takes a text as soon as the modem has all its parts, and knows three
 * endings: the network has it, the network surely does not, and nobody knows.
 */
export function createModemCarrier({ line, clock, logger }: ModemCarrierDeps): Carrier {
  let events: CarrierEvents | null = null;
  const oneText = createTurns(1);
  const engine = createAtEngine(line, clock, { unsolicited, late });
  const { ask } = engine;
  /** Yet to be looked into: what came before, on the SIM and among the status reports. */
  const otherMemories: string[] = [];
  const session = createModemSession({
    ask,
    reopen: line.reopen,
    clock,
    logger,
    changed: () => events?.changed(),
    ready: () => {
      for (const memory of otherMemories.splice(0)) inbox.look(memory);
      inbox.look();
    },
  });
  const listening = (): CarrierEvents => {
    if (events === null) throw new Error('nobody listens to the modem');
    return events;
  };
  const sent = createSentTexts(clock, async (report) => listening().delivery(report));
  const inbox = createModemInbox({
    ask,
    home: session.memory,
    clock,
    logger,
    incoming: async (text) => listening().incoming(text),
    report: sent.report,
  });

  function unsolicited(text: string, pdu: string | null): void {
    if (banner.test(text)) {
      engine.abandon();
      session.rebooted();
      return;
    }
    const stat = /^\+CE?REG: ?(?<stat>\d+)/u.exec(text)?.groups?.['stat'];
    const stored = /^\+C(?:MTI|DSI): ?"(?<memory>\w+)",/u.exec(text)?.groups?.['memory'];
    if (stored !== undefined) inbox.look(stored);
    else if (text.startsWith('+CMT:') && pdu !== null) inbox.brought(pdu);
    else if (text.startsWith('+CDS:') && pdu !== null) reported(pdu);
    else if (stat !== undefined) session.registered(Number(stat));
  }

  function reported(hex: string): void {
    try {
      const pdu = readReceivedPdu(hex);
      if (pdu.kind === 'status_report') void sent.report(pdu);
    } catch (error) {
      if (!(error instanceof PduError)) throw error;
      logger.warn({ reason: error.code }, 'a status report cannot be read');
    }
  }

  function late(text: string): void {
    const messageReference = referenceIn([text]);
    const code = /^\+CMS ERROR: ?(?<code>\d+)$/u.exec(text)?.groups?.['code'];
    const refusal = refusalOf('CMS', code === undefined ? null : Number(code));
    sent.late(messageReference === null ? { refusal } : { messageReference });
  }

  async function handOver(text: OutgoingText, given: Handing): Promise<HandOver> {
    const { signal } = given;
    const fault = session.health().reason;
    if (fault !== null) return refusedForNow(fault);
    const leftMs = given.expiresAt - clock.monotonic();
    if (leftMs <= 0) return refusedForGood('too_late');
    const parts = pdusOf(text, leftMs);
    if (typeof parts === 'string') return refusedForGood(parts);
    const entry = sent.begin(text, parts.length);
    try {
      for (const [place, part] of parts.entries()) {
        const ending = await handOverPart(part, entry, place === 0 ? 1 : triesOfLaterParts, given);
        if (ending === 'taken') continue;
        return place > 0 && ending.state === 'refused' ? refusedForGood('sent_in_part') : ending;
      }
      return { state: 'taken', reference: entry.reference() };
    } finally {
      entry.end();
      if (signal.aborted) session.look();
    }
  }

  async function handOverPart(
    part: SubmitPdu,
    entry: SentText,
    tries: number,
    given: Handing,
  ): Promise<Ending> {
    for (let attempt = 1; ; attempt += 1) {
      const ending = await submit(part, entry, given.signal);
      const isLast = attempt === tries || given.signal.aborted || clock.monotonic() >= given.expiresAt;
      if (ending === 'taken' || ending.state === 'unknown' || !ending.retry || isLast) return ending;
      await sleep(clock, betweenTriesMs);
    }
  }

  async function submit({ hex, octets }: SubmitPdu, entry: SentText, signal: AbortSignal): Promise<Ending> {
    const answer = await ask({
      text: `AT+CMGS=${octets}`,
      takes: /^\+CMGS:/u,
      mustTake: true,
      payload: hex,
      promptWithinMs: promptsWithinMs,
      withinMs: sendsWithinMs,
      signal,
    });
    if (answer.state === 'error') {
      const refusal = refusalOf(answer.family, answer.code);
      if (refusal.state === 'unknown') entry.inDoubt();
      return refusal;
    }
    const messageReference = referenceIn(answer.lines);
    if (messageReference !== null) {
      entry.taken(messageReference);
      return 'taken';
    }
    session.look();
    if (answer.state === 'no_answer' && !answer.given) {
      return refusedForNow(signal.aborted ? 'stopped' : (session.health().reason ?? 'silent'));
    }
    entry.inDoubt();
    return { state: 'unknown', reason: 'no_answer', reference: null };
  }

  return {
    name: 'modem',
    pace: { burst: 2, perMinute: 10 },
    health: session.health,

    send(text, signal) {
      const given: Handing = { signal, expiresAt: clock.monotonic() + text.validForMs };
      // Whoever gives up while it waits for its turn is answered at once, and has no turn.
      return new Promise((resolve) => {
        const giveUp = () => resolve(refusedForNow('stopped'));
        signal.addEventListener('abort', giveUp);
        void oneText(async () => {
          signal.removeEventListener('abort', giveUp);
          resolve(signal.aborted ? refusedForNow('stopped') : await handOver(text, given));
        });
      });
    },

    async lookUp({ id, to, body }, { at }) {
      return sent.lookUp({ id, to, total: cutIntoSegments(body).parts.length }, at);
    },

    start(listener) {
      events = listener;
      line.open({
        opened() {
          otherMemories.splice(0, Number.POSITIVE_INFINITY, 'SM', 'SR');
          engine.opened();
          session.opened();
        },
        received: engine.received,
        lost() {
          engine.lost();
          session.lost();
        },
      });
    },

    async stop() {
      session.stop();
      sent.stop();
      engine.lost();
      await line.close();
    },
  };
}

interface Handing {
  readonly signal: AbortSignal;
  /** By the monotonic clock. */
  readonly expiresAt: number;
}
type Ending = 'taken' | Exclude<HandOver, { state: 'taken' }>;

/** Or why a modem cannot be given such a text. */
function pdusOf({ id, to, body }: OutgoingText, validForMs: number): SubmitPdu[] | PduFault {
  const concatenation = createHash('sha256').update(id).digest()[0] ?? 0;
  try {
    return submitPdus({ to, body, validForMs, concatenation });
  } catch (error) {
    if (error instanceof PduError) return error.code;
    throw error;
  }
}

function referenceIn(lines: readonly string[]): number | null {
  const found = lines.map((text) => /^\+CMGS: ?(?<number>\d{1,3})/u.exec(text)?.groups?.['number']);
  const number = found.find((digits) => digits !== undefined);
  return number === undefined ? null : Number(number);
}
