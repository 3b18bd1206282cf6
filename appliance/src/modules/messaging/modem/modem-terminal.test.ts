import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../platform/clock.ts';
import { createSerialLine } from '../../../platform/serial/serial-line.ts';
import { plugIntoTerminal } from '../../../testing/modem-emulator/emulated-terminal.ts';
import { createModemEmulator } from '../../../testing/modem-emulator/modem-emulator.ts';
import { canHavePseudoTerminals, plugIn } from '../../../testing/modem-emulator/pseudo-terminal.ts';
import { aText } from '../../../testing/modem-emulator/test-modem.ts';
import { aTemporaryDirectory } from '../../../testing/temporary-directory.ts';
import type { DeliveryReport, IncomingText } from '../carrier.ts';
import { createModemCarrier, modemBaudRate } from './modem-carrier.ts';

const guest = '+14155550123';
const patient = new AbortController().signal;

/** A carrier on a real serial line, and what it tells. */
function aCarrier(path: string) {
  const logger = pino({ level: 'silent' });
  const clock = systemClock;
  const line = createSerialLine({ path, baudRate: modemBaudRate, clock, logger });
  const carrier = createModemCarrier({ line, clock, logger });
  onTestFinished(() => carrier.stop());
  const told = new EventTarget();
  const deliveries: DeliveryReport[] = [];
  const incoming: IncomingText[] = [];
  const tell = () => void told.dispatchEvent(new Event('told'));
  carrier.start({
    async delivery(report) {
      deliveries.push(report);
      tell();
    },
    async incoming(text) {
      incoming.push(text);
      tell();
    },
    changed: tell,
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await once(told, 'told');
  };
  return { carrier, deliveries, incoming, until, isReady: () => carrier.health().available };
}

/** Takes a terminal's number that became free; unless somebody else has it by now. */
async function occupy(terminal: string): Promise<void> {
  for (let taken = 0; taken < 5; taken += 1) {
    const path = join(aTemporaryDirectory(), 'other');
    const other = await plugIn(path, () => {});
    onTestFinished(other.unplug);
    if (readlinkSync(path) === terminal) return;
  }
}

describe.skipIf(!canHavePseudoTerminals())('a modem on a serial line of the system', () => {
  test('sends, hears, is unplugged in the middle of a text, and found again at another number', async () => {
    const path = join(aTemporaryDirectory(), 'modem');
    const { carrier, deliveries, incoming, until, isReady } = aCarrier(path);
    const modem = createModemEmulator({ now: systemClock.now, firstReference: 255 });
    onTestFinished(modem.unplug);
    const gone = Promise.withResolvers<void>();
    await plugIntoTerminal(modem, path, () => gone.resolve());
    await until(isReady);

    modem.script.splitBytes = true;
    const long = aText({ body: `${'Zoë’s turn '.repeat(8)}😀` });
    expect(await carrier.send(long, patient)).toEqual({ state: 'taken', reference: 'modem:255+0' });
    expect(modem.sent.map(({ body }) => body).join('')).toBe(long.body);
    for (const part of modem.sent) modem.report(part, 0);
    modem.bring({ from: guest, body: 'STOP' });
    await until(() => incoming.length > 0 && deliveries.length > 0);
    expect(incoming).toMatchObject([{ from: guest, body: 'STOP' }]);
    expect(deliveries.at(-1)).toMatchObject({ state: 'delivered', to: guest });

    const before = readlinkSync(path);
    modem.script.unplugAfter = 30;
    expect(await carrier.send(aText(), patient)).toEqual({
      state: 'unknown',
      reason: 'no_answer',
      reference: null,
    });
    expect(carrier.health()).toEqual({ available: false, reason: 'unplugged' });
    await gone.promise;
    await occupy(before);
    await plugIntoTerminal(modem, path);
    await until(isReady);
    expect(readlinkSync(path)).not.toBe(before);
    const last = aText();
    expect(await carrier.send(last, patient)).toEqual({ state: 'taken', reference: 'modem:1' });
    expect(modem.sent.slice(2)).toMatchObject([{ body: last.body }]);
  });

  test('the modem as a program obeys and tells', async () => {
    const path = join(aTemporaryDirectory(), 'modem');
    const program = join(import.meta.dirname, '../../../testing/modem-emulator/main.ts');
    const child: ChildProcess = spawn(process.execPath, [program, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const { carrier, incoming, until, isReady } = aCarrier(path);
    const order = (what: object) => child.stdin?.write(`${JSON.stringify(what)}\n`);
    await until(isReady);
    const text = aText();
    expect(await carrier.send(text, patient)).toMatchObject({ state: 'taken' });
    order({ do: 'bring', from: guest, body: '1' });
    await until(() => incoming.length === 1);
    order({ do: 'unplug' });
    await until(() => carrier.health().reason === 'unplugged');
    order({ do: 'plug' });
    await until(isReady);
    child.stdin?.end();
    const events: unknown[] = [];
    if (child.stdout !== null) {
      for await (const line of createInterface({ input: child.stdout })) events.push(JSON.parse(line));
    }
    await ended;
    expect(events).toMatchObject([
      { event: 'plugged' },
      { event: 'sent', to: text.to, body: text.body },
      { event: 'unplugged' },
      { event: 'plugged' },
      { event: 'unplugged' },
    ]);
  });
});
