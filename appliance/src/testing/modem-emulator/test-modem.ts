import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import type {
  DeliveryReport,
  HandOver,
  IncomingText,
  OutgoingText,
} from '../../modules/messaging/carrier.ts';
import { createModemCarrier } from '../../modules/messaging/modem/modem-carrier.ts';
import { createFakeClock } from '../fake-clock.ts';
import { createEmulatedLine } from './emulated-line.ts';
import { createModemEmulator, type ModemScript } from './modem-emulator.ts';

const mostTurns = 2_000;
const guest = '+14155550123';
let texts = 0;

/** A text to a guest; each has an id of its own. */
export function aText(more: Partial<OutgoingText> = {}): OutgoingText {
  texts += 1;
  return {
    id: `text-${texts}`,
    to: guest,
    body: `Ticket A${texts}: it is your turn!`,
    validForMs: 600_000,
    ...more,
  };
}

/** A carrier with a modem of its own at the end of its line, and a clock that stands still until it is told. */
export function aTestModem(script: Partial<ModemScript> = {}, firstReference?: number) {
  const clock = createFakeClock();
  const modem = createModemEmulator({
    now: clock.now,
    ...(firstReference === undefined ? {} : { firstReference }),
  });
  Object.assign(modem.script, script);
  const line = createEmulatedLine(modem);
  const carrier = createModemCarrier({ line, clock, logger: pino({ level: 'silent' }) });
  const deliveries: DeliveryReport[] = [];
  const incoming: IncomingText[] = [];
  const healths: (string | null)[] = [];
  /** What is told cannot be stored. */
  const storage = { isFull: false, whileStoring: () => {} };
  const store = async <Told>(told: Told[], one: Told) => {
    storage.whileStoring();
    if (storage.isFull) throw new Error('the disk is full');
    told.push(one);
  };
  carrier.start({
    delivery: (report) => store(deliveries, report),
    incoming: (text) => store(incoming, text),
    changed: () => healths.push(carrier.health().reason),
  });

  /** Lets the loop turn, while no time passes, until something is so. */
  async function until(what: string, isSo: () => boolean): Promise<void> {
    for (let turn = 0; turn < mostTurns; turn += 1) {
      if (isSo()) return;
      await nextTurn();
    }
    throw new Error(`not within ${mostTurns} turns: ${what}`);
  }
  async function turns(count = 60): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await nextTurn();
  }

  return {
    clock,
    modem,
    line,
    carrier,
    deliveries,
    incoming,
    healths,
    storage,
    until,
    turns,
    untilReady: () => until('ready', () => carrier.health().available),
    /** Lets time pass, a second at a time, until there is an answer; `within` at most. */
    async inTime<Answer>(
      asked: Promise<Answer>,
      withinMs = 300_000,
    ): Promise<{ answer: Answer; afterMs: number }> {
      const began = clock.monotonic();
      let ended = false;
      void asked.finally(() => {
        ended = true;
      });
      await turns();
      while (!ended && clock.monotonic() - began < withinMs) {
        await clock.advance(1_000);
        await turns(20);
      }
      if (!ended) throw new Error(`no answer within ${withinMs} ms`);
      return { answer: await asked, afterMs: clock.monotonic() - began };
    },
    /** Lets time pass, with room for what happens in it. */
    async pass(ms: number): Promise<void> {
      await turns();
      for (let passed = 0; passed < ms; passed += 2_000) {
        await clock.advance(Math.min(2_000, ms - passed));
        await turns(20);
      }
    },
    async send(text = aText(), signal = new AbortController().signal): Promise<HandOver> {
      const { answer } = await this.inTime(carrier.send(text, signal));
      return answer;
    },
    lookUp: (text: OutgoingText, at: number) =>
      carrier.lookUp(text, { at, reference: null, isTaken: () => false }, new AbortController().signal),
  };
}
export type TestModem = ReturnType<typeof aTestModem>;

export async function aReadyModem(
  script: Partial<ModemScript> = {},
  firstReference?: number,
): Promise<TestModem> {
  const test = aTestModem(script, firstReference);
  test.line.plug();
  await test.untilReady();
  await test.turns();
  return test;
}
