import { expect, test } from 'vitest';
import type { ModemScript } from '../../../testing/modem-emulator/modem-emulator.ts';
import { aReadyModem, aTestModem, aText } from '../../../testing/modem-emulator/test-modem.ts';

const unavailable = (reason: string) => ({ available: false, reason });
const available = { available: true, reason: null };

/** A modem that is not well from the start. */
async function aModemThatIs(script: Partial<ModemScript>) {
  const test = aTestModem(script);
  test.line.plug();
  await test.turns(300);
  return test;
}

test('before anything is plugged in, it says so, and finds the modem when it comes', async () => {
  const test = aTestModem();
  expect(test.carrier.health()).toEqual(unavailable('unplugged'));
  expect(await test.send()).toEqual({ state: 'refused', reason: 'unplugged', retry: true });
  test.line.plug();
  await test.untilReady();
  expect(test.healths).toEqual(['starting', null]);
});

test.each<[Partial<ModemScript>, string, Partial<ModemScript>]>([
  [{ sim: 'SIM PIN' }, 'sim_pin', { sim: 'READY' }],
  [{ sim: 'SIM PUK' }, 'sim_puk', { sim: 'READY' }],
  [{ sim: 'absent' }, 'sim_missing', { sim: 'READY' }],
  [{ network: 0 }, 'no_network', { network: 1 }],
  [{ network: 2 }, 'no_network', { network: 5 }],
  [{ network: 3 }, 'network_denied', { network: 1 }],
  [{ silent: true }, 'silent', { silent: false }],
  [{ unknownCommands: /^AT\+CMGF/u }, 'modem_error', { unknownCommands: null }],
])('%j is %s, seen at the start and later, and gets well by itself', async (ill, reason, well) => {
  const test = await aModemThatIs(ill);
  await test.pass(10_000);
  expect(test.carrier.health()).toEqual(unavailable(reason));
  const { answer } = await test.inTime(test.carrier.send(aText(), new AbortController().signal));
  expect(answer).toEqual({ state: 'refused', reason, retry: true });
  Object.assign(test.modem.script, well);
  await test.pass(60_000);
  expect(test.carrier.health()).toEqual(available);
  expect(await test.send()).toMatchObject({ state: 'taken' });
  expect(test.modem.pinTries()).toBe(0);

  // What is only seen when the modem is prepared anew is left out.
  if (reason === 'modem_error') return;
  Object.assign(test.modem.script, ill);
  await test.pass(90_000);
  expect(test.carrier.health()).toEqual(unavailable(reason));
  expect(test.modem.sent).toHaveLength(1);
});

test('no SIM is ever told a PIN', async () => {
  const test = await aModemThatIs({ sim: 'SIM PIN' });
  await test.pass(3_600_000);
  expect(test.modem.pinTries()).toBe(0);
  expect(test.modem.heard.filter((command) => command.startsWith('AT+CPIN='))).toEqual([]);
  expect(test.carrier.health()).toEqual(unavailable('sim_pin'));
});

test('the network goes and comes: heard of at once', async () => {
  const test = await aReadyModem();
  for (const [stat, health] of [
    [2, unavailable('no_network')],
    [5, available],
    [0, unavailable('no_network')],
    [1, available],
  ] as const) {
    test.modem.changeNetwork(stat);
    await test.turns();
    expect(test.carrier.health()).toEqual(health);
  }
});

test('a modem that begins anew is prepared anew, whether it says so or not', async () => {
  for (const banner of ['RDY', '^SYSSTART', null]) {
    const test = await aReadyModem({ banner });
    const prepared = () => test.modem.heard.filter((command) => command === 'AT+CNMI=2,1,0,1,0').length;
    const before = prepared();
    test.modem.reboot();
    await test.turns(300);
    if (banner === null) await test.pass(65_000);
    expect(prepared()).toBe(before + 1);
    expect(test.carrier.health()).toEqual(available);
    expect(await test.send()).toMatchObject({ state: 'taken' });
  }
});

test('what a modem does not know, it does without', async () => {
  const script = { unknownCommands: /CSMS|CEREG|CPMS="ME"|CNMI=2,1,0,[12]/u };
  const test = await aReadyModem(script);
  expect(test.modem.heard).toEqual(expect.arrayContaining(['AT+CPMS="SM","SM","SM"', 'AT+CNMI=2,1,0,0,0']));
  expect(await test.send()).toMatchObject({ state: 'taken' });
  test.modem.bring({ from: '+14155550123', body: 'STOP' }, 'SM');
  await test.until('passed on', () => test.incoming.length === 1);
});

test('a modem that stays silent has its line opened anew, time and again', async () => {
  const test = await aReadyModem();
  test.modem.script.silent = true;
  await test.pass(300_000);
  expect(test.carrier.health()).toEqual(unavailable('silent'));
  expect(test.line.reopened()).toBeGreaterThan(2);
  test.modem.script.silent = false;
  await test.pass(30_000);
  expect(test.carrier.health()).toEqual(available);
});

test('a silent modem that is not there any more when its line is opened anew is unplugged', async () => {
  const test = await aReadyModem();
  test.modem.script.silent = true;
  await test.pass(100_000);
  expect(test.line.reopened()).toBeGreaterThan(0);
  expect(test.carrier.health()).toEqual(unavailable('silent'));
  test.modem.unplug();
  await test.pass(20_000);
  expect(test.carrier.health()).toEqual(unavailable('unplugged'));
  expect(new Set(test.healths)).toEqual(new Set(['starting', null, 'silent', 'unplugged']));
});

test('it stops in the middle of anything', async () => {
  const test = await aReadyModem({ outcomes: ['held'] });
  const asked = test.carrier.send(aText(), new AbortController().signal);
  const waiting = test.carrier.send(aText(), new AbortController().signal);
  await test.until('given', () => test.modem.sent.length === 1);
  await test.carrier.stop();
  expect(await asked).toEqual({ state: 'unknown', reason: 'no_answer', reference: null });
  expect(await waiting).toEqual({ state: 'refused', reason: 'stopped', retry: true });
  expect(test.carrier.health()).toEqual(unavailable('stopped'));
});
