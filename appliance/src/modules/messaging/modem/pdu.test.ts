import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deliverHex,
  octetsCounted,
  readSubmit,
  statusReportHex,
} from '../../../testing/modem-emulator/network-pdus.ts';
import { smsSegments } from '../sms-segments.ts';
import { isSameNumber } from './pdu-address.ts';
import { PduError, packSeptets, unpackSeptets } from './pdu-octets.ts';
import { readTimeStamp, validityMs, validityOctet } from './pdu-time.ts';
import { readReceivedPdu } from './received-pdu.ts';
import { type Submit, submitPdus } from './submit-pdu.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const submit = (body: string, more: Partial<Submit> = {}) =>
  submitPdus({ to: '+14155550123', body, validForMs: 4 * dayMs, concatenation: 0x2a, ...more });

interface Vector {
  pdu: string;
  tpdu_octets: number;
}
const file = join(import.meta.dirname, '../../../../../../shared/data/sms/vectors.json');
const vectors: Record<string, Vector> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).pdus : {};

describe.skipIf(!existsSync(file))('the shared vectors, where the shared folder is', () => {
  const vector = (name: string): Vector => {
    const found = vectors[name];
    if (found === undefined) throw new Error(`no vector ${name}`);
    return found;
  };

  test.each([
    ['submit_gsm7_srr_vp', 'hellohello', 0],
    ['submit_ucs2_srr_vp', 'Прив', 0],
    ['submit_concat_1of2', `${'x'.repeat(153)}${'y'.repeat(7)}z`, 0],
    ['submit_concat_2of2', `${'x'.repeat(153)}${'y'.repeat(7)}z`, 1],
  ])('%s', (name, body, place) => {
    const { pdu, tpdu_octets } = vector(name);
    // The vector's second part is one character shorter than a text that must be cut.
    const expected = readSubmit(pdu);
    const made = submit(body)[place];
    expect(readSubmit(made?.hex ?? '')).toEqual({
      ...expected,
      body: place === 0 ? expected.body : `${expected.body}z`,
    });
    if (place > 0) return;
    expect(made).toEqual({ hex: pdu, octets: tpdu_octets });
  });

  test.each([
    ['deliver_stop', '+14155550123', 'STOP', '2026-11-21T12:38:14.000Z'],
    ['deliver_ucs2', '+14155550123', 'Да', '2026-11-21T12:38:14.000Z'],
    ['tutorial_deliver', '27838890001', 'hellohello', '1999-03-29T13:16:59.000Z'],
  ])('%s', (name, from, body, at) => {
    const { pdu, tpdu_octets } = vector(name);
    expect(readReceivedPdu(pdu)).toMatchObject({
      kind: 'deliver',
      body,
      part: null,
      sentAt: Date.parse(at),
    });
    expect(readReceivedPdu(pdu)).toHaveProperty('from', expect.stringContaining(from));
    expect(octetsCounted(pdu)).toBe(tpdu_octets);
  });

  test.each([
    ['status_delivered', 0x2a, 0x00],
    ['status_expired', 0x2b, 0x46],
    ['status_trying', 0x2c, 0x30],
  ])('%s', (name, messageReference, status) => {
    expect(readReceivedPdu(vector(name).pdu)).toEqual({
      kind: 'status_report',
      messageReference,
      to: '+14155550123',
      status,
    });
  });
});

/** Texts of every kind: of the alphabet, of its extension, beyond both, with emoji. */
const aText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'abc XYZ 0123 @£$ Ωäöü\n'),
      fc.constantFrom(...'^{}[]~|\\€'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
    ),
    { maxLength: 400 },
  )
  .map((pieces) => pieces.join(''));
const aGsmText = fc
  .array(fc.constantFrom(...'abcdefghij KLMNOP 0123456789 @£$¥èÇØΔΦΩ€[]{}^~|\\'), { maxLength: 700 })
  .map((characters) => characters.join(''));
const aNumber = fc.stringMatching(/^\+[1-9]\d{5,14}$/u);

describe('a text to send', () => {
  test('arrives as it was, in as many parts as it is billed', () => {
    fc.assert(
      fc.property(fc.oneof(aText, aGsmText), aNumber, fc.nat(255), (body, to, concatenation) => {
        const parts = submit(body, { to, concatenation }).map(({ hex, octets }) => {
          expect(octets).toBe(octetsCounted(hex));
          return readSubmit(hex);
        });
        expect(parts.map((part) => part.body).join('')).toBe(body);
        expect(parts).toHaveLength(smsSegments(body).segments);
        for (const [place, part] of parts.entries()) {
          expect(part).toMatchObject({ to, wantsReport: true });
          const header = { concatenation, total: parts.length, sequence: place + 1 };
          expect(part.part).toEqual(parts.length === 1 ? null : header);
          // No surrogate pair is torn: nothing of a pair stands alone.
          expect(part.body.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  test.each([
    ['a', 160, 1, 160],
    ['a', 161, 2, 160],
    ['a', 306, 2, 160],
    ['a', 307, 3, 160],
    ['€', 80, 1, 160],
    ['€', 81, 2, 159],
    ['Ж', 70, 1, 140],
    ['Ж', 71, 2, 140],
    ['😀', 35, 1, 140],
    ['😀', 36, 2, 138],
  ])('%s × %i is %i parts, and the first is as long as it may be', (character, times, count, length) => {
    const parts = submit(character.repeat(times));
    expect(parts).toHaveLength(count);
    // TP-UDL is the octet behind FO, MR, an address of 8 octets, PID, DCS and VP.
    expect(Buffer.from(parts[0]?.hex ?? '', 'hex')[1 + 13]).toBe(length);
    for (const { octets } of parts) expect(octets).toBeLessThanOrEqual(164);
  });

  test.each(['', '+', 'abc', '+1 415', '+123456789012345678901'])('cannot go to %j', (to) => {
    expect(() => submit('a', { to })).toThrow(expect.objectContaining({ code: 'bad_number' }));
  });
  test('may go to a short code', () =>
    expect(readSubmit(submit('a', { to: '40404' })[0]?.hex ?? '').to).toBe('40404'));
  test('has an end', () => {
    expect(submit('x'.repeat(255 * 153))).toHaveLength(255);
    expect(() => submit('x'.repeat(255 * 153 + 1))).toThrow(expect.objectContaining({ code: 'too_long' }));
  });
});

describe('a validity period', () => {
  test.each([
    [1, 0],
    [5 * minuteMs, 0],
    [9 * minuteMs, 0],
    [10 * minuteMs, 1],
    [12 * hourMs, 143],
    [12.5 * hourMs, 144],
    [dayMs, 167],
    [47 * hourMs, 167],
    [2 * dayMs, 168],
    [30 * dayMs, 196],
    [34 * dayMs, 196],
    [35 * dayMs, 197],
    [10_000 * dayMs, 255],
  ])('of %i ms is %i', (ms, octet) => expect(validityOctet(ms)).toBe(octet));

  test('never outlasts what it was asked for, but for the shortest; and no octet would come nearer', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000, max: 500 * dayMs }), (ms) => {
        const octet = validityOctet(ms);
        expect(octet === 0 || validityMs(octet) <= ms).toBe(true);
        expect(octet === 255 || validityMs(octet + 1) > ms).toBe(true);
      }),
    );
  });
});

describe('a PDU that comes in', () => {
  const at = Date.UTC(2026, 5, 1, 12, 30, 15);

  test('is read as it was made', () => {
    const aPart = fc.option(
      fc.record({ concatenation: fc.nat(255), wide: fc.boolean(), sequence: fc.integer({ min: 1, max: 9 }) }),
    );
    fc.assert(
      fc.property(aNumber, aText, aPart, (from, text, drawn) => {
        const body = text.slice(0, 30);
        const part = drawn === null ? null : { ...drawn, total: 9 };
        const hex = deliverHex({ from, body, at, ...(part === null ? {} : { part }) });
        const { wide: _, ...expected } = part ?? { wide: false };
        expect(readReceivedPdu(hex)).toMatchObject({
          kind: 'deliver',
          from,
          body,
          sentAt: at,
          part: part === null ? null : expected,
        });
      }),
    );
  });

  test('may be from a name', () => {
    for (const from of ['Carrier', 'Info', 'Ballpark', 'x']) {
      expect(readReceivedPdu(deliverHex({ from, body: 'hi', at }))).toMatchObject({ from });
    }
  });

  test('may be from a name whose length is counted in whole octets', () => {
    const hex = deliverHex({ from: 'Carrier', body: 'hi', at });
    expect(readReceivedPdu(hex.replace(/^00040D/u, '00040E'))).toMatchObject({
      from: 'Carrier',
    });
  });

  test('a status report is read as it was made', () => {
    const made = { messageReference: 255, to: '+14155550123', status: 0x46 };
    const { status, ...more } = made;
    expect(readReceivedPdu(statusReportHex({ ...made, at }))).toEqual({
      kind: 'status_report',
      status,
      ...more,
    });
  });

  test.each([
    ['eight bits', '00040B914151550521F30004621112218341000441424344'],
    ['compressed', '00040B914151550521F30020621112218341000441424344'],
    ['for an application port', '00440B914151550521F300006211122183410009060504158A000041'],
  ])('of data (%s) is refused gently', (_case, hex) => {
    expect(() => readReceivedPdu(hex)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  test.each(['', '0', 'xx', '00', '0004', '00040B91', 'FF04', '00040B914151550521F30000621112218341007F41'])(
    'that is torn (%j) is malformed',
    (hex) => expect(() => readReceivedPdu(hex)).toThrow(expect.objectContaining({ code: 'malformed' })),
  );

  test('a part that cannot be is a whole text', () => {
    const part = { concatenation: 7, total: 2, sequence: 3 };
    const hex = deliverHex({ from: '+14155550123', body: 'STOP', at, part });
    expect(readReceivedPdu(hex)).toMatchObject({ body: 'STOP', part: null });
  });

  test('no input makes it throw anything but its own error', () => {
    const seeds = Object.values(vectors).map(({ pdu }) => pdu);
    seeds.push(deliverHex({ from: '+14155550123', body: 'hello', at }));
    const mutated = fc
      .tuple(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
        fc.nat(400),
      )
      .map(([seed, changes, end]) => {
        const octets = Buffer.from(seed, 'hex');
        for (const [place, octet] of changes) if (place < octets.length) octets[place] = octet;
        return octets.subarray(0, end === 0 ? undefined : end).toString('hex');
      });
    const anything = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets).toString('hex')),
      fc.string(),
    );
    let read = 0;
    fc.assert(
      fc.property(anything, (hex) => {
        try {
          readReceivedPdu(hex);
          read += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(PduError);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(read).toBeGreaterThan(500);
  });
});

test('septets are packed and unpacked, behind any header', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(127)), fc.nat(6), (septets, fillBits) => {
      expect(unpackSeptets(packSeptets(septets, fillBits), septets.length, fillBits)).toEqual(septets);
    }),
  );
});

test.each([
  ['62101221834100', '2026-01-21T12:38:14.000Z'],
  ['62101221834108', '2026-01-21T12:38:14.000Z'],
  ['62101221834188', '2026-01-21T14:38:14.000Z'],
  ['62101221834180', '2026-01-21T10:38:14.000Z'],
  ['99309251619580', '1999-03-29T13:16:59.000Z'],
])('the time stamp %s is %s', (hex, moment) => {
  expect(readTimeStamp(Buffer.from(hex, 'hex'))).toBe(Date.parse(moment));
});
test('a time stamp that is none is null', () => {
  expect(readTimeStamp(Buffer.alloc(7))).toBeNull();
  expect(readTimeStamp(Buffer.alloc(7, 0xff))).toBeNull();
});

test.each([
  ['+14155550123', '+14155550123', true],
  ['+14155550123', '4155550123', true],
  ['04155550123', '+614155550123', true],
  ['+14155550123', '+14155550124', false],
  ['+14155550123', '0123', false],
  ['40404', '40404', true],
])('%s and %s: the same number %s', (one, other, same) => {
  expect(isSameNumber(one, other)).toBe(same);
  expect(isSameNumber(other, one)).toBe(same);
});
