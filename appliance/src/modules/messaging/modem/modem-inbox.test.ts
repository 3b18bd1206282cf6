import { describe, expect, test } from 'vitest';
import { deliverHex } from '../../../testing/modem-emulator/network-pdus.ts';
import { aReadyModem, aTestModem, type TestModem } from '../../../testing/modem-emulator/test-modem.ts';

const guest = '+14155550123';
const hourMs = 3_600_000;

/** The parts of one text, as a phone cuts it. */
const partsOf = (bodies: string[], { concatenation = 77, wide = false, from = guest } = {}) =>
  bodies.map((body, place) => ({
    from,
    body,
    part: { concatenation, total: bodies.length, sequence: place + 1, wide },
  }));

async function isEmpty(test: TestModem, memory = 'ME'): Promise<void> {
  await test.until('nothing is left on the modem', () => test.modem.stored(memory).length === 0);
}
const bodiesOf = ({ incoming }: TestModem) => incoming.map(({ body }) => body);

test('a text stays on the modem until it is stored here', async () => {
  const test = await aReadyModem();
  test.storage.isFull = true;
  test.modem.bring({ from: guest, body: 'STOP' });
  await test.pass(200_000);
  expect(test.modem.stored()).toHaveLength(1);
  expect(test.incoming).toEqual([]);
  test.storage.isFull = false;
  await test.pass(65_000);
  expect(bodiesOf(test)).toEqual(['STOP']);
  expect(test.modem.stored()).toEqual([]);
});

test('what came while nobody listened is read at the start, from the SIM too', async () => {
  const test = aTestModem();
  test.modem.bring({ from: guest, body: '1' });
  test.modem.bring({ from: guest, body: '2' });
  test.modem.bring({ from: 'Carrier', body: 'Добро пожаловать' }, 'SM');
  test.line.plug();
  await test.untilReady();
  await isEmpty(test, 'SM');
  await isEmpty(test);
  expect(test.incoming.map(({ from, body }) => [from, body]).toSorted()).toEqual([
    [guest, '1'],
    [guest, '2'],
    ['Carrier', 'Добро пожаловать'],
  ]);
});

test('without being announced it is found within a minute', async () => {
  const test = await aReadyModem({ unknownCommands: /CNMI=2,1,0,[12]/u });
  test.modem.script.silent = true;
  test.modem.bring({ from: guest, body: '9' });
  test.modem.script.silent = false;
  await test.pass(65_000);
  expect(bodiesOf(test)).toEqual(['9']);
});

test('the same text again has the same reference, another text another', async () => {
  const test = await aReadyModem();
  const at = test.clock.now();
  test.modem.bring({ from: guest, body: 'yes', at });
  await isEmpty(test);
  test.modem.bring({ from: guest, body: 'yes', at });
  await isEmpty(test);
  test.modem.bring({ from: guest, body: 'yes', at: at + 1_000 });
  test.modem.bring({ from: '+14155550124', body: 'yes', at });
  await isEmpty(test);
  const references = test.incoming.map(({ reference }) => reference);
  expect(references).toHaveLength(4);
  expect(references[0]).toBe(references[1]);
  expect(new Set(references).size).toBe(3);
  expect(references.join()).not.toContain(guest.slice(1));
});

test('only what was passed on is deleted, wherever another text stands by then', async () => {
  const test = await aReadyModem();
  test.storage.whileStoring = () => {
    test.storage.whileStoring = () => {};
    test.modem.empty();
    test.modem.bring({ from: guest, body: 'the second' });
  };
  test.modem.bring({ from: guest, body: 'the first' });
  await test.until('both are passed on', () => test.incoming.length === 2);
  expect(bodiesOf(test)).toEqual(['the first', 'the second']);
  await isEmpty(test);
});

test('one that the modem brings without storing it is passed on too', async () => {
  const test = await aReadyModem();
  const hex = deliverHex({ from: guest, body: 'flash', at: test.clock.now() });
  test.storage.isFull = true;
  test.modem.say(`+CMT: ,${hex.length / 2 - 1}\r\n${hex}`);
  await test.pass(30_000);
  test.storage.isFull = false;
  await test.pass(65_000);
  expect(bodiesOf(test)).toEqual(['flash']);
});

describe('a text in parts', () => {
  const bodies = ['please take me ', 'off this list, ', 'thank you'];
  const whole = bodies.join('');

  test.each([
    [[0, 1, 2], false],
    [[2, 1, 0], true],
    [[1, 2, 0], false],
    [[1, 1, 0, 2, 1], true],
  ])('in the order %j is put together, and only then deleted', async (order, wide) => {
    const test = await aReadyModem();
    const parts = partsOf(bodies, { concatenation: wide ? 40_000 : 7, wide });
    for (const [arrived, place] of order.entries()) {
      expect(test.incoming).toEqual([]);
      expect(test.modem.stored()).toHaveLength(arrived);
      const part = parts[place];
      if (part !== undefined) test.modem.bring(part);
      await test.turns();
      if (new Set(order.slice(0, arrived + 1)).size === 3) break;
    }
    await isEmpty(test);
    expect(bodiesOf(test)).toEqual([whole]);
  });

  test('is put together across a restart', async () => {
    const test = await aReadyModem();
    const [first, ...rest] = partsOf(bodies);
    if (first !== undefined) test.modem.bring(first);
    await test.turns();
    test.modem.unplug();
    for (const part of rest) test.modem.bring(part);
    test.line.plug();
    await test.untilReady();
    await isEmpty(test);
    expect(bodiesOf(test)).toEqual([whole]);
  });

  test('of two senders with the same number is two texts', async () => {
    const test = await aReadyModem();
    const one = partsOf(['a1 ', 'a2']);
    const other = partsOf(['b1 ', 'b2'], { from: '+14155550124' });
    for (const part of [one[0], other[1], other[0], one[1]]) if (part !== undefined) test.modem.bring(part);
    await isEmpty(test);
    expect(bodiesOf(test).toSorted()).toEqual(['a1 a2', 'b1 b2']);
  });

  test('may be cut in the middle of an emoji', async () => {
    const test = await aReadyModem();
    for (const part of partsOf(['see you \ud83d', '\ude00 there'])) test.modem.bring(part);
    await isEmpty(test);
    expect(bodiesOf(test)).toEqual(['see you 😀 there']);
  });

  test('is passed on with a gap when a part does not come within a day', async () => {
    const test = await aReadyModem();
    for (const part of partsOf(bodies).filter((_, place) => place !== 1)) test.modem.bring(part);
    await test.turns();
    test.clock.stepWall(23 * hourMs);
    await test.pass(700_000);
    expect(test.incoming).toEqual([]);
    test.clock.stepWall(2 * hourMs);
    await test.pass(700_000);
    expect(bodiesOf(test)).toEqual(['please take me  … thank you']);
    await isEmpty(test);
  });
});

describe('what is no text', () => {
  test('data for a program is deleted, and so is what is spoilt on the modem itself', async () => {
    const test = await aReadyModem();
    test.modem.bringPdu('00040B914151550521F30004621112218341000441424344');
    test.modem.bringPdu('00040B914151550521F3');
    test.modem.bring({ from: guest, body: 'STOP' });
    await test.pass(200_000);
    expect(bodiesOf(test)).toEqual(['STOP']);
    expect(test.modem.stored()).toEqual([]);
  });

  test('a text that the line spoils once is not lost', async () => {
    const test = await aReadyModem();
    const hex = deliverHex({ from: guest, body: 'STOP', at: test.clock.now() });
    test.modem.bringPdu(hex);
    test.modem.say('+CMGL: 1,1,,23\r\n00040B');
    await isEmpty(test);
    expect(bodiesOf(test)).toEqual(['STOP']);
  });

  test('a draft on the SIM is left alone', async () => {
    const test = await aReadyModem();
    test.modem.bringPdu('0031000B914151550521F30000AA0AE8329BFD4697D9EC37', 'SM');
    await test.pass(200_000);
    expect(test.modem.stored('SM')).toHaveLength(1);
    expect(test.incoming).toEqual([]);
  });

  test('a status report that cannot be read is passed over', async () => {
    const test = await aReadyModem();
    test.modem.say('+CDS: 25\r\n0006FF');
    test.modem.say('+CDS: 25');
    test.modem.say('RING');
    await test.turns();
    expect(await test.send()).toMatchObject({ state: 'taken' });
    expect(test.deliveries).toEqual([]);
  });
});
