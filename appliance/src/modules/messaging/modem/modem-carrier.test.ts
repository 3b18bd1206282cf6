import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModemScript, SubmitOutcome } from '../../../testing/modem-emulator/modem-emulator.ts';
import { statusReportHex } from '../../../testing/modem-emulator/network-pdus.ts';
import { aReadyModem, aTestModem, aText } from '../../../testing/modem-emulator/test-modem.ts';

const guest = '+14155550123';
const refusedForNow = (reason: string) => ({ state: 'refused', reason, retry: true });
const refusedForGood = (reason: string) => ({ state: 'refused', reason, retry: false });
const noAnswer = { state: 'unknown', reason: 'no_answer', reference: null };
const long = (letter = 'x') => letter.repeat(200);

const aReport = (messageReference: number) =>
  statusReportHex({ messageReference, to: guest, status: 0, at: Date.UTC(2026, 5, 1) });

/** The line at its worst; what is sent and said must not differ. */
const bad: Partial<ModemScript> = {
  splitBytes: true,
  interruptions: ['RING', '+CREG: 1', '^RSSI: 21', '+CSQ: 1,99'],
  noise: '\u0000\u00ff\u0080~',
};
const lines: [string, Partial<ModemScript>][] = [
  ['a quiet line', {}],
  ['bytes one by one', { splitBytes: true }],
  [
    'lines that nobody asked for between any two',
    { interruptions: ['RING', '+CREG: 1,"00C3","0A1B"', '+CMT: noise'] },
  ],
  ['all of it, and noise', bad],
];

describe.each(lines)('on %s', (_line, script) => {
  test('a modem is prepared, and takes a text as it is', async () => {
    const test = await aReadyModem(script, 17);
    expect(test.modem.heard).toEqual(
      expect.arrayContaining([
        'ATE0',
        'AT+CMEE=1',
        'AT+CPIN?',
        'AT+CMGF=0',
        'AT+CNMI=2,1,0,1,0',
        'AT+CMGL=4',
      ]),
    );
    const text = aText({ body: 'Zoë’s table is ready 😀' });
    expect(await test.send(text)).toEqual({ state: 'taken', reference: 'modem:17' });
    expect(test.modem.sent).toMatchObject([
      { to: guest, body: text.body, validForMs: 600_000, wantsReport: true, part: null },
    ]);
  });

  test('a long text goes in parts, and is delivered when all of them are', async () => {
    const test = await aReadyModem(script, 255);
    expect(await test.send(aText({ body: long() }))).toEqual({ state: 'taken', reference: 'modem:255+0' });
    const [first, second] = test.modem.sent;
    expect(`${first?.body}${second?.body}`).toBe(long());
    expect(first?.part).toEqual({ ...second?.part, sequence: 1 });
    await test.pass(5_000);
    for (const part of test.modem.sent.toReversed()) test.modem.report(part, 0);
    await test.turns();
    const told = { reference: 'modem:255+0', to: guest, reason: null };
    expect(test.deliveries).toEqual([
      { ...told, state: 'sent' },
      { ...told, state: 'delivered' },
    ]);
  });

  test('a text that comes in is passed on, and then deleted', async () => {
    const test = await aReadyModem(script);
    test.modem.bring({ from: guest, body: 'STOP' });
    await test.until('passed on', () => test.incoming.length === 1);
    expect(test.incoming).toMatchObject([{ from: guest, body: 'STOP' }]);
    await test.until('deleted', () => test.modem.stored().length === 0);
  });

  test.each<[SubmitOutcome, object, number]>([
    ['taken', { state: 'taken' }, 1],
    ['report_first', { state: 'taken' }, 1],
    ['half_answered', { state: 'taken' }, 1],
    ['taken_silently', noAnswer, 1],
    ['lost', noAnswer, 0],
    ['held', noAnswer, 1],
    ['reboots', noAnswer, 0],
    ['error', refusedForNow('modem_error'), 0],
    [1, refusedForGood('bad_number'), 0],
    [8, refusedForGood('barred'), 0],
    [21, refusedForGood('network_rejected'), 0],
    [38, refusedForNow('network_busy'), 0],
    [50, refusedForGood('not_subscribed'), 0],
    [304, refusedForGood('modem_refused'), 0],
    [310, refusedForNow('sim_missing'), 0],
    [330, refusedForNow('no_service_centre'), 0],
    [331, refusedForNow('no_network'), 0],
    [332, { state: 'unknown', reason: 'network_timeout', reference: null }, 0],
    [500, refusedForNow('modem_error'), 0],
    [999, refusedForNow('modem_error'), 0],
  ])('the network: %j', async (outcome, ending, sentParts) => {
    const test = await aReadyModem(script);
    test.modem.script.outcomes = [outcome];
    const text = aText();
    expect(await test.send(text)).toMatchObject(ending);
    expect(test.modem.sent).toHaveLength(sentParts);
    // Whatever it was, it is not said again, and the next text goes as if nothing had been.
    test.modem.release();
    await test.until('ready again', () => test.carrier.health().available).catch(() => test.pass(10_000));
    await test.untilReady();
    const next = aText();
    expect(await test.send(next)).toMatchObject({ state: 'taken' });
    expect(test.modem.sent.map(({ body }) => body)).toEqual([
      ...(sentParts === 1 ? [text.body] : []),
      next.body,
    ]);
  });

  test('no prompt comes: surely not sent, and no PDU is typed in later', async () => {
    const test = await aReadyModem({ ...script, prompts: false });
    expect(await test.send()).toEqual(refusedForNow('silent'));
    test.modem.script.prompts = true;
    await test.pass(10_000);
    await test.untilReady();
    expect(test.modem.sent).toEqual([]);
    const text = aText();
    expect(await test.send(text)).toMatchObject({ state: 'taken' });
    expect(test.modem.sent).toMatchObject([{ body: text.body }]);
  });

  test('unplugged in the middle of a PDU: nobody knows; plugged in again, it goes on', async () => {
    const test = await aReadyModem(script);
    test.modem.script.unplugAfter = 20;
    expect(await test.send()).toEqual(noAnswer);
    expect(test.carrier.health()).toEqual({ available: false, reason: 'unplugged' });
    expect(await test.send()).toEqual(refusedForNow('unplugged'));
    test.line.plug();
    await test.untilReady();
    const text = aText();
    expect(await test.send(text)).toMatchObject({ state: 'taken' });
    expect(test.modem.sent).toMatchObject([{ body: text.body }]);
  });
});

describe('a text is handed over once', () => {
  test('unplugged before the prompt: surely not sent', async () => {
    const test = await aReadyModem({ prompts: false });
    const asked = test.carrier.send(aText(), new AbortController().signal);
    await test.until('asked', () => test.modem.heard.at(-1)?.startsWith('AT+CMGS') === true);
    test.modem.unplug();
    expect((await test.inTime(asked)).answer).toEqual(refusedForNow('unplugged'));
  });

  test('a modem that says nothing holds nobody up for longer than a minute', async () => {
    const test = await aReadyModem();
    test.modem.script.outcomes = ['lost'];
    const { answer, afterMs } = await test.inTime(test.carrier.send(aText(), new AbortController().signal));
    expect(answer).toEqual(noAnswer);
    expect(afterMs).toBeLessThanOrEqual(61_000);
  });

  test('given up on while it waits: surely not sent, and answered at once', async () => {
    const test = await aReadyModem();
    test.modem.script.outcomes = ['held'];
    const first = test.carrier.send(aText(), new AbortController().signal);
    const patience = new AbortController();
    const second = test.carrier.send(aText(), patience.signal);
    await test.turns();
    patience.abort();
    expect(await second).toEqual(refusedForNow('stopped'));
    test.modem.release();
    expect((await test.inTime(first)).answer).toMatchObject({ state: 'taken' });
    await test.pass(5_000);
    expect(test.modem.sent).toHaveLength(1);
  });

  test('given up on when the modem has it: nobody knows', async () => {
    const test = await aReadyModem();
    test.modem.script.outcomes = ['held'];
    const patience = new AbortController();
    const asked = test.carrier.send(aText(), patience.signal);
    await test.until('given', () => test.modem.sent.length === 1);
    patience.abort();
    expect(await asked).toEqual(noAnswer);
  });

  test('what became pointless while it waited is not sent', async () => {
    const test = await aReadyModem();
    test.modem.script.outcomes = ['lost'];
    const first = test.carrier.send(aText(), new AbortController().signal);
    const second = test.carrier.send(aText({ validForMs: 30_000 }), new AbortController().signal);
    expect((await test.inTime(first)).answer).toEqual(noAnswer);
    expect((await test.inTime(second)).answer).toEqual(refusedForGood('too_late'));
    expect(test.modem.sent).toEqual([]);
  });

  test('a number that is none, and a text that is too long, are refused for good', async () => {
    const test = await aReadyModem();
    expect(await test.send(aText({ to: '555-0123' }))).toEqual(refusedForGood('bad_number'));
    expect(await test.send(aText({ body: 'x'.repeat(40_000) }))).toEqual(refusedForGood('too_long'));
  });

  test('a later part that is refused for now is tried again, so that the first is not alone', async () => {
    const test = await aReadyModem();
    test.modem.script.outcomes = ['taken', 38, 500, 'taken'];
    expect(await test.send(aText({ body: long() }))).toEqual({ state: 'taken', reference: 'modem:1+2' });
    expect(test.modem.sent.map(({ part }) => part?.sequence)).toEqual([1, 2]);
  });

  test.each<[SubmitOutcome[], object]>([
    [['taken', 38, 38, 38], refusedForGood('sent_in_part')],
    [['taken', 8], refusedForGood('sent_in_part')],
    [['taken', 'lost'], noAnswer],
    [['lost', 'taken'], noAnswer],
    [[38, 'taken'], refusedForNow('network_busy')],
  ])('parts that end as %j', async (outcomes, ending) => {
    const test = await aReadyModem();
    test.modem.script.outcomes = [...outcomes];
    expect(await test.send(aText({ body: long() }))).toEqual(ending);
    const sequences = test.modem.sent.map(({ part }) => part?.sequence);
    expect(sequences).toEqual(outcomes[0] === 'taken' ? [1] : []);
  });

  test('whatever the network, the line and the cable do, nothing is sent twice and nothing hangs', async () => {
    const outcome = fc.constantFrom<SubmitOutcome>(
      ...([
        'taken',
        'taken',
        'report_first',
        'taken_silently',
        'lost',
        'held',
        'half_answered',
        'reboots',
      ] as const),
      ...([38, 8, 332, 'error'] as const),
      { heldRefusal: 38 },
    );
    const step = fc.record({
      isLong: fc.boolean(),
      outcomes: fc.array(outcome, { maxLength: 4 }),
      unplugAfter: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 6 }),
      prompts: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
      releasesAfterMs: fc.constantFrom(0, 30_000, 90_000),
    });
    const run = fc.asyncProperty(
      fc.boolean(),
      fc.array(step, { minLength: 1, maxLength: 4 }),
      async (isBad, steps) => {
        const test = await aReadyModem(isBad ? bad : {}, 254);
        for (const { isLong, outcomes, unplugAfter, prompts, releasesAfterMs } of steps) {
          Object.assign(test.modem.script, { outcomes: [...outcomes], unplugAfter, prompts });
          test.clock.after(releasesAfterMs, test.modem.release);
          const text = aText({ body: isLong ? long() : 'hello', to: '+14155550199' });
          const before = test.modem.sent.length;
          const ending = await test.send(text);
          await test.pass(95_000);
          test.modem.release();
          const sent = test.modem.sent.slice(before).map(({ part }) => part?.sequence ?? 1);
          const all = isLong ? [1, 2] : [1];
          expect(sent).toEqual(all.slice(0, sent.length));
          if (ending.state === 'taken') expect(sent).toEqual(all);
          if (ending.state === 'refused') expect(sent.length).toBeLessThan(all.length);
          if (ending.state === 'refused' && ending.retry) expect(sent).toEqual([]);
          Object.assign(test.modem.script, { outcomes: [], unplugAfter: null, prompts: true });
          if (!test.modem.isPlugged()) test.line.plug();
          await test.pass(70_000);
          await test.untilReady();
        }
        await test.carrier.stop();
      },
    );
    await fc.assert(run, { numRuns: 50 });
  }, 60_000);
});

describe('a doubt is settled', () => {
  test('by a status report, and never before it', async () => {
    const test = await aReadyModem({}, 200);
    test.modem.script.outcomes = ['taken_silently'];
    const text = aText();
    const at = test.clock.now();
    expect(await test.send(text)).toEqual(noAnswer);
    expect(await test.lookUp(text, at)).toEqual(noAnswer);
    const [part] = test.modem.sent;
    test.modem.report({ messageReference: part?.messageReference ?? 0, to: '+14155550177' }, 0);
    await test.turns();
    expect(await test.lookUp(text, at)).toEqual(noAnswer);
    if (part !== undefined) test.modem.report(part, 0);
    await test.turns();
    const found = { state: 'taken', reference: 'modem:200' };
    expect(await test.lookUp(text, at)).toEqual(found);
    await test.pass(5_000);
    expect(test.deliveries.filter(({ to }) => to === guest)).toEqual([
      { reference: 'modem:200', state: 'delivered', reason: null, to: guest },
    ]);
  });

  test.each([
    ['the modem’s answer, late', 'held' as const, { state: 'taken', reference: 'modem:1' }, 1],
    ['its refusal, late', { heldRefusal: 38 }, refusedForNow('network_busy'), 0],
  ])('by %s', async (_how, outcome, found, parts) => {
    const test = await aReadyModem();
    test.modem.script.outcomes = [outcome];
    const text = aText();
    const at = test.clock.now();
    expect(await test.send(text)).toEqual(noAnswer);
    test.modem.release();
    await test.pass(15_000);
    expect(await test.lookUp(text, at)).toEqual(found);
    expect(test.modem.sent).toHaveLength(parts);
  });

  test('a text of which a part was never given is not there as a whole', async () => {
    const test = await aReadyModem();
    test.modem.script.outcomes = ['held'];
    const text = aText({ body: long() });
    const at = test.clock.now();
    expect(await test.send(text)).toEqual(noAnswer);
    test.modem.release();
    await test.pass(15_000);
    expect(await test.lookUp(text, at)).toEqual(refusedForGood('sent_in_part'));
  });

  test('after a restart, by as many reports as the text has parts', async () => {
    const test = await aReadyModem();
    const text = aText({ body: long() });
    const at = test.clock.now();
    const report = (messageReference: number) => test.modem.report({ messageReference, to: guest }, 0);
    report(41);
    await test.turns();
    expect(await test.lookUp(text, at)).toEqual(noAnswer);
    report(41);
    report(42);
    await test.turns();
    expect(await test.lookUp(text, at)).toEqual({ state: 'taken', reference: 'modem:41+42' });
    await test.pass(5_000);
    expect(test.deliveries.at(-1)).toEqual({
      reference: 'modem:41+42',
      state: 'delivered',
      reason: null,
      to: guest,
    });
  });
});

describe('status reports', () => {
  const told = { reference: 'modem:1', to: guest };

  test.each([
    [0x00, 'delivered', null],
    [0x01, 'sent', null],
    [0x30, 'sent', 'still_trying'],
    [0x40, 'failed', 'not_deliverable'],
    [0x46, 'failed', 'validity_expired'],
    [0x63, 'failed', 'gave_up'],
  ])('%i is %s (%s)', async (status, state, reason) => {
    const test = await aReadyModem();
    await test.send();
    const [part] = test.modem.sent;
    if (part !== undefined) test.modem.report(part, status);
    await test.pass(5_000);
    expect(test.deliveries).toEqual([{ ...told, state, reason }]);
  });

  test('one that overtakes the answer is told behind it', async () => {
    const test = await aReadyModem({ outcomes: ['report_first'] });
    expect(await test.send()).toEqual({ state: 'taken', reference: 'modem:1' });
    // The outbox has a moment to write the reference down.
    await test.pass(1_000);
    expect(test.deliveries).toEqual([]);
    await test.pass(2_000);
    expect(test.deliveries).toEqual([{ ...told, state: 'delivered', reason: null }]);
  });

  test('a delivered text is not told of as less, and nothing is told twice', async () => {
    const test = await aReadyModem();
    await test.send();
    await test.pass(3_000);
    for (const part of test.modem.sent)
      for (const status of [0x30, 0, 0, 0x30, 0x46]) test.modem.report(part, status);
    await test.turns();
    expect(test.deliveries.map(({ state }) => state)).toEqual(['sent', 'delivered']);
  });

  test('numbers come round: a report is about the newest text with its number to its recipient', async () => {
    const test = await aReadyModem({}, 7);
    await test.send(aText());
    await test.pass(3_000);
    test.modem.report({ messageReference: 7, to: guest }, 0);
    for (let count = 0; count < 255; count += 1) {
      await test.carrier.send(aText({ to: '+14155550122' }), new AbortController().signal);
    }
    await test.send(aText());
    await test.pass(3_000);
    test.modem.report({ messageReference: 7, to: guest }, 0x46);
    test.modem.report({ messageReference: 8, to: guest }, 0);
    await test.turns();
    expect(test.deliveries).toEqual([
      { reference: 'modem:7', to: guest, state: 'delivered', reason: null },
      { reference: 'modem:7', to: guest, state: 'failed', reason: 'validity_expired' },
      { reference: 'modem:8', to: guest, state: 'delivered', reason: null },
    ]);
  }, 60_000);

  test('one about a text from before a restart is told by its number, once it can be stored', async () => {
    const test = await aReadyModem();
    test.storage.isFull = true;
    test.modem.report({ messageReference: 99, to: guest }, 0);
    await test.pass(30_000);
    test.storage.isFull = false;
    await test.pass(15_000);
    expect(test.deliveries).toEqual([{ reference: 'modem:99', to: guest, state: 'delivered', reason: null }]);
  });

  test('a modem that stores them keeps each until it is durable', async () => {
    const test = await aReadyModem({ unknownCommands: /^AT\+CNMI=2,1,0,1/u });
    await test.send();
    await test.pass(3_000);
    test.storage.isFull = true;
    for (const part of test.modem.sent) test.modem.report(part, 0);
    await test.pass(5_000);
    expect(test.modem.stored('SR')).toHaveLength(1);
    test.storage.isFull = false;
    await test.pass(15_000);
    expect(test.deliveries).toEqual([{ ...told, state: 'delivered', reason: null }]);
    expect(test.modem.stored('SR')).toEqual([]);
    test.modem.bring({ from: guest, body: '1' });
    await test.until('its own memory is shown again', () => test.incoming.length === 1);
  });

  test('those stored while nobody listened are read at the start', async () => {
    const test = aTestModem();
    test.modem.bringPdu(aReport(12), 'SR');
    test.modem.bringPdu(aReport(13), 'ME');
    test.line.plug();
    await test.untilReady();
    await test.pass(3_000);
    expect(test.deliveries.map(({ reference }) => reference).toSorted()).toEqual(['modem:12', 'modem:13']);
    await test.turns();
    expect([test.modem.stored('SR'), test.modem.stored('ME')]).toEqual([[], []]);
  });
});
