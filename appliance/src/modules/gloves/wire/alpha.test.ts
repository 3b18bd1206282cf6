import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeRecordings } from '../../../testing/shared-recordings.ts';
import { absent, pressedButtons, readAlpha, slot, writeAlpha } from './alpha.ts';
import {
  askInfo,
  clearData,
  forceFeedback,
  keepAlive,
  readOrder,
  saveInter,
  saveTravel,
  startStreaming,
  stopStreaming,
  vibrate,
} from './alpha-orders.ts';
import { readLegacy, writeLegacy } from './legacy.ts';
import { createAlphaWire, createLegacyWire } from './lucid-wire.ts';

/** The grammar, as it is written down. */
const grammar = /^(?:\([A-E](?:B|A[A-D])\)\d{1,5}|\(Z[VGH]\)\d{1,5}|[A-GP]\d{1,5}|[H-OZ])+$/;

const curlsOf = (line: string) => [...(readAlpha(line)?.analog.subarray(0, 5) ?? [])];
const piece = fc.constantFrom(
  ...['A', 'B', 'C', 'D', 'E', 'F', 'G', 'P', 'H', 'O', 'Z', 'Q', '(AB)', '(EB)', '(AAB)', '(EAD)', '(EAE)'],
  ...['(ZV)', '(ZH)', '(ZX)', '(', ')', '0', '7', '4095', '99999', '100000', ' ', '\0', 'ä', '-'],
);

describe('an alpha line', () => {
  test('is what the grammar says it is, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const line = pieces.join('');
        expect(readAlpha(line) !== null).toBe(grammar.test(line));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['', '123', 'blah blah blah', 'A40\u000095B1', '4095B4095C1', 'A1 B2', 'A123456', 'A', '(AAE)1'])(
    'is not %j',
    (line) => expect(readAlpha(line)).toBeNull(),
  );

  test('says the last value of a key that it repeats', () => {
    expect(curlsOf('A1B2A3')).toEqual([3, 2, absent, absent, absent]);
  });

  test('tells of the glove itself, with a bare Z and without', () => {
    expect(readAlpha('(ZV)42(ZG)0(ZH)0')?.info).toEqual({ firmware: 42, deviceType: 0, hand: 'left' });
    expect(readAlpha('Z(ZH)1')?.info).toEqual({ hand: 'right' });
    expect(readAlpha('Z')?.info).toEqual({});
    expect(readAlpha('A1')?.info).toBeNull();
  });

  test('is written as the firmware writes it', () => {
    const analog = new Int32Array(slot.count).fill(absent);
    analog.set([1, 2, 3, 4, 5], slot.curl);
    analog.set([2047, 2047, 0], slot.joystick);
    analog.set([9, 8, 7, 6, 5], slot.splay);
    expect(writeAlpha({ analog, pressed: 0b10000001, info: null })).toBe(
      'A1B2C3D4E5F2047G2047P0HO(AB)9(BB)8(CB)7(DB)6(EB)5\n',
    );
  });

  test('comes back from every line that can be written', () => {
    const value = fc.oneof(fc.constant(absent), fc.integer({ min: 0, max: 99_999 }));
    const values = fc.array(value, { minLength: slot.count, maxLength: slot.count });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 255 }), (analog, pressed) => {
        fc.pre(pressed > 0 || analog.some((one) => one !== absent));
        const line = { analog: Int32Array.from(analog), pressed, info: null };
        expect(readAlpha(writeAlpha(line).trimEnd())).toEqual(line);
      }),
    );
  });
});

describe('a glove that speaks alpha', () => {
  const wireOf = () => createAlphaWire({ deviceAuto: false });
  const moving = (value: number) => `A${value}B${value}C${value}D${value}E${value}`;

  test('has its trigger clamped, which goes one over', () => {
    const reading = wireOf().read('A4095B4095C4095D4095E4095F2047G2047P4096', 0);
    if (reading.kind !== 'sample') throw new Error(reading.kind);
    const trigger = reading.layout.channels.findIndex(({ name }) => name === 'trigger');
    expect(reading.values[trigger]).toBe(4095);
  });

  test.each(['A4096B0C0D0E0', 'A0(AB)5000B0C0D0E0', 'A0B0C0D0E0P4097', 'A0B0C0D0E0F9999'])(
    'has %s refused: it is beyond the range',
    (line) => expect(wireOf().read(line, 0)).toEqual({ kind: 'refused', code: 'alpha_range' }),
  );

  test('has lines with other keys refused, which lost bytes, until twenty in a row are so', () => {
    const wire = wireOf();
    expect(wire.read(moving(100), 0).kind).toBe('sample');
    expect(wire.read('A512B1024', 1)).toEqual({ kind: 'refused', code: 'alpha_shape' });
    expect(wire.read(moving(100), 2).kind).toBe('sample');
    const readings = Array.from({ length: 20 }, (_, at) => wire.read('A1B2C3', 3 + at).kind);
    expect(readings).toEqual([...Array<string>(19).fill('refused'), 'sample']);
  });

  test('means 0..1 by a curl and −1..1 by a splay', () => {
    const reading = wireOf().read('A4095(AB)0B0(BB)4095', 0);
    if (reading.kind !== 'sample') throw new Error(reading.kind);
    const physical = reading.layout.channels.map(
      ({ name, scale, offset }, at) => [name, (reading.values[at] ?? 0) * scale + offset] as const,
    );
    expect(Object.fromEntries(physical)).toEqual({
      thumb: 1,
      thumb_splay: -1,
      index: 0,
      index_splay: 1,
      buttons: 0,
    });
  });

  test('is of an AVR when ten seconds of movement stay below 1024, and of none when it goes above', () => {
    const wire = wireOf();
    const scaleAt = (value: number, second: number) => {
      const reading = wire.read(moving(value), second * 1_000);
      return reading.kind === 'sample' ? (reading.layout.channels[0]?.scale ?? 0) ** -1 : 0;
    };
    for (let second = 0; second < 10; second += 0.1) {
      expect(scaleAt(second % 0.2 < 0.1 ? 0 : 1_023, second)).toBeCloseTo(4_095);
    }
    expect(scaleAt(512, 12)).toBeCloseTo(1_023);
    expect(scaleAt(1_024, 13)).toBeCloseTo(4_095);
    expect(scaleAt(512, 30)).toBeCloseTo(4_095);
  });

  test('is not taken for an AVR while it lies still', () => {
    const wire = wireOf();
    for (let second = 0; second < 60; second += 1) wire.read(moving(500 + (second % 20)), second * 1_000);
    const reading = wire.read(moving(500), 61_000);
    expect(reading.kind === 'sample' && reading.layout.channels[0]?.scale).toBeCloseTo(1 / 4_095);
  });

  test('is not measured where it has not seen a finger move yet', () => {
    const wire = createAlphaWire();
    const line = (thumb: number, others: number) => `A${thumb}B${others}C${others}D${others}E${others}`;
    expect(wire.read(line(2047, 2047), 0).kind).toBe('unmoved');
    expect(wire.read(line(0, 2047), 10).kind).toBe('unmoved');
    expect(wire.read(line(4095, 0), 20).kind).toBe('sample');
    expect(wire.read(line(2047, 2047), 30).kind).toBe('sample');
  });

  test('is measured from the beginning where its first values are none of the middle', () => {
    expect(createAlphaWire().read('A0B0C0D0E0', 0).kind).toBe('sample');
  });

  test('is not waited for because of a finger that has no sensor', () => {
    const wire = createAlphaWire();
    const line = (others: number) => `A2047B${others}C${others}D${others}E${others}`;
    wire.read(line(2047), 0);
    wire.read(line(0), 10);
    expect(wire.read(line(100), 9_000).kind).toBe('unmoved');
    expect(wire.read(line(100), 10_100).kind).toBe('sample');
  });

  test('never says anything out of range, whatever happens to its lines', () => {
    const damage = fc.record({
      at: fc.nat(60),
      kind: fc.constantFrom('delete', 'flip', 'insert'),
      byte: fc.integer({ min: 0, max: 127 }),
    });
    const line = 'A512B1024C2048D3072E4095F2047G2047P0HJ(AB)2047(BB)2047(CB)2047(DB)2047(EB)2047';
    fc.assert(
      fc.property(fc.array(fc.array(damage, { maxLength: 4 }), { minLength: 1, maxLength: 20 }), (lines) => {
        const wire = wireOf();
        for (const [index, damages] of lines.entries()) {
          const bytes = Buffer.from(line);
          const damaged = damages.reduce((text, { at, kind, byte }) => {
            const rest = kind === 'insert' ? text.subarray(at) : text.subarray(at + 1);
            const middle = kind === 'delete' ? [] : [byte];
            return Buffer.concat([text.subarray(0, at), Buffer.from(middle), rest]);
          }, bytes);
          const reading = wire.read(damaged.toString('latin1'), index);
          if (reading.kind !== 'sample') continue;
          for (const value of reading.values) expect(value >= 0 && value <= 4_095).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a legacy line', () => {
  test('says what an alpha line would', () => {
    const line = readLegacy('512&1024&2048&3072&4095&2047&2047&0&0&0&0&1&0');
    expect([...(line?.analog.subarray(0, 5) ?? [])]).toEqual([512, 1024, 2048, 3072, 4095]);
    expect(pressedButtons(line?.pressed ?? 0)).toEqual(['grab']);
    expect(line && writeLegacy(line)).toBe('512&1024&2048&3072&4095&2047&2047&0&0&0&0&1&0\n');
  });

  test.each(['1&2&3', '1&2&3&4&5&6&7&8&9&10&11&12&x', '', '1&2&3&4&5&6&7&0&0&0&0&0&0&0'])(
    'is not %j',
    (line) => expect(createLegacyWire().read(line, 0)).toEqual({ kind: 'refused', code: 'legacy_syntax' }),
  );

  test('is refused beyond the range', () => {
    expect(createLegacyWire().read('5000&0&0&0&0&0&0&0&0&0&0&0&0', 0)).toEqual({
      kind: 'refused',
      code: 'legacy_range',
    });
  });
});

describe('what a host says', () => {
  test('is said as the firmware reads it', () => {
    expect(forceFeedback([0.5, 0.5, 0.5, 0.5, 0.5], 'lucidgloves')).toBe('A500B500C500D500E500\n');
    expect(forceFeedback([-1, 2, Number.NaN, 0, 1], 'senseshift')).toBe('A0B4095C0D0E4095\n');
    expect(vibrate({ frequency: 0.4, duration: 0.6, amplitude: 0.2 })).toBe('F0.40G0.60H0.20\n');
  });

  test.each([
    [keepAlive, 'keep_alive'],
    [startStreaming, 'start'],
    [stopStreaming, 'stop'],
    [askInfo, 'info'],
    [saveTravel, 'save_travel'],
    [saveInter, 'save_inter'],
    [clearData, 'clear_data'],
  ])('%j is %s', (line, kind) => expect(readOrder(line)).toEqual({ kind }));

  test('is nothing else', () => expect(readOrder('A1B2\n')).toBeNull());
});

interface Vectors {
  readonly device_to_host: readonly {
    line: string;
    curl?: number[];
    splay?: number[];
    pairs?: Record<string, number>;
    joints?: { thumb: (number | null)[] };
    joystick?: number[];
    trigger?: number;
    buttons?: string[];
    info?: object;
    src: string;
  }[];
  readonly host_to_device: readonly {
    line: string;
    ffb_0_1?: number[];
    haptic?: { frequency: number; duration: number; amplitude: number };
  }[];
  readonly invalid: readonly string[];
  readonly legacy_device_to_host: readonly { line: string }[];
}

describeRecordings('vectors of other implementations', (folder) => {
  const vectors = (): Vectors =>
    JSON.parse(readFileSync(join(folder, 'alpha-protocol', 'vectors.json'), 'utf8'));

  test('are read, and read the same when written again', () => {
    for (const vector of vectors().device_to_host) {
      const line = readAlpha(vector.line.trimEnd());
      if (line === null) throw new Error(vector.line);
      const from = (at: number, length: number) => [...line.analog.subarray(at, at + length)];
      if (vector.curl !== undefined) expect(from(slot.curl, 5)).toEqual(vector.curl);
      if (vector.splay !== undefined) expect(from(slot.splay, 5)).toEqual(vector.splay);
      if (vector.joystick !== undefined) expect(from(slot.joystick, 2)).toEqual(vector.joystick);
      if (vector.trigger !== undefined) expect(from(slot.trigger, 1)).toEqual([vector.trigger]);
      if (vector.buttons !== undefined)
        expect(pressedButtons(line.pressed).toSorted()).toEqual(vector.buttons.toSorted());
      if (vector.info !== undefined) expect(line.info).toEqual(vector.info);
      if (vector.joints !== undefined)
        expect(from(slot.joint, 4).map((value) => (value === absent ? null : value))).toEqual(
          vector.joints.thumb,
        );
      if (vector.pairs !== undefined)
        expect([...from(slot.curl, 3), ...from(slot.splay, 2)]).toEqual([100, 300, 500, 200, 400]);
      expect(readAlpha(writeAlpha(line).trimEnd())).toEqual(line);
      if (vector.src === 'format') expect(writeAlpha(line)).toBe(vector.line);
    }
  });

  test('that are none are refused', () => {
    for (const line of vectors().invalid) expect(readAlpha(line.replace(/\r?\n$/u, ''))).toBeNull();
  });

  test('of a host are said and understood', () => {
    for (const { line, ffb_0_1, haptic } of vectors().host_to_device) {
      expect(readOrder(line)).not.toBeNull();
      if (ffb_0_1 !== undefined) expect(forceFeedback(ffb_0_1, 'senseshift')).toBe(line);
      if (haptic !== undefined) expect(vibrate(haptic)).toBe(line);
    }
  });

  test('of older firmware are read and written', () => {
    for (const { line } of vectors().legacy_device_to_host) {
      const read = readLegacy(line.trimEnd());
      expect(read && writeLegacy(read)).toBe(line);
    }
  });
});
