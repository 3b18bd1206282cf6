import { type Cancel, type Clock, sleep } from '../../../platform/clock.ts';
import type { SerialLine } from '../../../platform/serial/serial-line.ts';
import { createTurns } from '../../../platform/turns.ts';
import { createAtLines } from './at-lines.ts';

export interface AtCommand {
  /** Without its end of line. */
  readonly text: string;
  /** Lines of its answer. Whatever does not look like this, and is no result, is unsolicited. */
  readonly takes?: RegExp;
  /** An answer without such a line is none; an `OK` before it belongs to something else. */
  readonly mustTake?: boolean;
  /** Typed in when the modem shows its prompt. From then on `withinMs` counts anew. */
  readonly payload?: string;
  readonly promptWithinMs?: number;
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

/** `given`: the payload went out, so the command may yet take effect. `lines` came before the answer broke off. */
export type AtResult =
  | { readonly state: 'ok'; readonly lines: readonly string[] }
  | { readonly state: 'error'; readonly family: 'CMS' | 'CME' | null; readonly code: number | null }
  | { readonly state: 'no_answer'; readonly given: boolean; readonly lines: readonly string[] };

export interface AtEvents {
  /** `pdu` is the second line of those that have two. */
  unsolicited(line: string, pdu: string | null): void;
  /** The answer to a payload that was given up on: a line of it, or its error. */
  late(line: string): void;
}

export interface AtEngine {
  /** Never rejects, and always resolves: each step has a time limit. Commands wait for each other. */
  ask(command: AtCommand): Promise<AtResult>;
  opened(): void;
  lost(): void;
  received(bytes: Uint8Array): void;
  /** The modem began anew: nobody answers the command in flight. */
  abandon(): void;
}

interface Exchange {
  readonly command: AtCommand;
  readonly lines: string[];
  given: boolean;
  finish(result: AtResult): void;
  limit(ms: number): void;
}

const answersWithinMs = 5_000;
const writesWithinMs = 5_000;
const synchroniseTries = 3;
const synchroniseWithinMs = 2_000;
const quietMs = 250;
const endTyping = '\u001b';
const controlZ = '\u001a';

/** Lines that announce a PDU on the next one. */
const headsPdu = /^\+(CDS|CMT|CBM): ?/u;
const isHex = /^[\dA-F]+$/iu;
const synchronise: AtCommand = {
  text: 'AT+CMEE?',
  takes: /^\+CMEE:/u,
  mustTake: true,
  withinMs: synchroniseWithinMs,
};

/**
 * Speaks AT (ITU-T V.250, 3GPP TS 27.005 and 27.007): one command in flight, lines that nobody asked for at any place.
 * When an answer stayed away, nobody knows whose the next one is: before the next command a question is asked whose
 * answer is unlike any other, behind an escape that ends the typing in of a PDU.
 */
export function createAtEngine(line: Pick<SerialLine, 'write'>, clock: Clock, events: AtEvents): AtEngine {
  const inTurn = createTurns(1);
  let isOpen = false;
  let inDoubt = true;
  /** A payload went out and its answer stayed away. */
  let owesAnswer = false;
  let current: Exchange | null = null;
  let head: string | null = null;
  const lines = createAtLines({
    line: hear,
    wantsPrompt: () => current?.command.payload !== undefined && !current.given,
    prompt: () => void give(),
  });

  function hear(text: string): void {
    const announced = head;
    head = headsPdu.test(text) ? text : null;
    if (announced !== null && isHex.test(text)) events.unsolicited(announced, text);
    else if (head !== null) return;
    else if (current === null) hearUnasked(text);
    else hearAnswer(text, current);
  }

  function hearAnswer(text: string, exchange: Exchange): void {
    const { command, lines: taken } = exchange;
    if (text === command.text || text === command.payload) return;
    const isEarly = command.mustTake === true && taken.length === 0;
    if (text === 'OK') {
      if (!isEarly) exchange.finish({ state: 'ok', lines: taken });
    } else if (command.takes?.test(text) === true) {
      taken.push(text);
    } else {
      const error = errorOf(text);
      if (error === null || command === synchronise) hearUnasked(text);
      else exchange.finish(error);
    }
  }

  function hearUnasked(text: string): void {
    if (text === 'OK') return;
    const answersPayload = text.startsWith('+CMGS:') || errorOf(text) !== null;
    if (!answersPayload) events.unsolicited(text, null);
    else if (owesAnswer) {
      owesAnswer = false;
      events.late(text);
    }
  }

  async function give(): Promise<void> {
    const exchange = current;
    if (exchange === null) return;
    exchange.given = true;
    exchange.limit(exchange.command.withinMs ?? answersWithinMs);
    if (!(await write(`${exchange.command.payload}${controlZ}`))) giveUp(exchange);
  }

  const write = (text: string): Promise<boolean> =>
    line.write(Buffer.from(text, 'latin1'), writesWithinMs).then(
      () => true,
      () => false,
    );

  function giveUp({ given, lines: taken, finish }: Exchange): void {
    inDoubt = true;
    if (given) owesAnswer = true;
    finish({ state: 'no_answer', given, lines: taken });
  }

  function exchange(command: AtCommand): Promise<AtResult> {
    return new Promise((resolve) => {
      let cancel: Cancel = () => {};
      const abort = () => giveUp(mine);
      const mine: Exchange = {
        command,
        lines: [],
        given: false,
        finish(result) {
          if (current !== mine) return;
          current = null;
          cancel();
          command.signal?.removeEventListener('abort', abort);
          resolve(result);
        },
        limit(ms) {
          cancel();
          cancel = clock.after(ms, () => giveUp(mine));
        },
      };
      current = mine;
      command.signal?.addEventListener('abort', abort);
      const { payload, promptWithinMs, withinMs = answersWithinMs } = command;
      mine.limit(payload === undefined ? withinMs : (promptWithinMs ?? answersWithinMs));
      write(`${command.text}\r`).then((isWritten) => {
        if (!isWritten && current === mine) giveUp(mine);
      });
    });
  }

  /** Whether the modem answers, and what it says next is the answer to what is asked next. */
  async function isInStep(): Promise<boolean> {
    for (let attempt = 1; inDoubt && attempt <= synchroniseTries; attempt += 1) {
      if (!isOpen || !(await write(endTyping))) return false;
      const { state } = await exchange(synchronise);
      if (state !== 'ok') continue;
      // The answers to the earlier attempts may be still to come.
      if (attempt > 1) await sleep(clock, quietMs);
      owesAnswer = false;
      inDoubt = false;
    }
    return !inDoubt;
  }

  return {
    ask: (command) =>
      inTurn(async () => {
        const unasked: AtResult = { state: 'no_answer', given: false, lines: [] };
        const isWanted = () => isOpen && command.signal?.aborted !== true;
        if (!isWanted() || !(await isInStep()) || !isWanted()) return unasked;
        return exchange(command);
      }),
    opened() {
      isOpen = true;
      inDoubt = true;
      head = null;
      lines.reset();
    },
    lost() {
      isOpen = false;
      if (current !== null) giveUp(current);
    },
    abandon() {
      inDoubt = true;
      if (current !== null) giveUp(current);
    },
    received: (bytes) => lines.feed(bytes),
  };
}

function errorOf(text: string): AtResult | null {
  if (text === 'ERROR') return { state: 'error', family: null, code: null };
  const found = /^\+(?<family>CM[SE]) ERROR: ?(?<code>\d+)?/u.exec(text)?.groups;
  if (found === undefined) return null;
  const code = found['code'] === undefined ? null : Number(found['code']);
  return { state: 'error', family: found['family'] === 'CMS' ? 'CMS' : 'CME', code };
}
