import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { describeRecordings } from '../../../testing/shared-recordings.ts';
import { createByteStream } from './byte-stream.ts';
import { createCsvWire, csvWireOf } from './csv.ts';

const good15 = '2047,13200,0,26400,100,1.0000,0.0000,0.0000,0.0000,0.500,-9.810,0.000,90.00,-45.50,0.00';
const good30 = [
  ...[2895, 2803, 2874, 3120, 3029, 0.962219, 0.065247, -0.264038, 0.010803, -1, -2, -3],
  ...[4839, 1262, 5971, 664, 280, -1008, 1066, 400, -486, 0.5, 0.1, 0.8, 9780, 2574, 12_032, -2, -27, -49],
];
const with30 = (changes: Record<number, number | string>) =>
  good30.map((value, at) => changes[at] ?? value).join(',');

function physicalOf(wire: 'csv5' | 'csv9' | 'csv15' | 'csv30', line: string) {
  const reading = createCsvWire(wire).read(line, 0);
  if (reading.kind !== 'sample') throw new Error(JSON.stringify(reading));
  const { layout, values } = reading;
  return Object.fromEntries(layout.channels.map(({ name, scale }, at) => [name, (values[at] ?? 0) * scale]));
}

describe('fifteen columns', () => {
  test('are curls, a quaternion, rad/s and m/s² without gravity', () => {
    const physical = physicalOf('csv15', good15);
    expect(Object.keys(physical).join(' ')).toBe(
      'thumb index middle ring pinky qw qx qy qz gx gy gz lx ly lz',
    );
    expect(physical['thumb']).toBeCloseTo(0.5, 3);
    expect(physical['index']).toBeCloseTo(0.5, 6);
    expect(physical['qw']).toBe(1);
    expect(physical['gx']).toBeCloseTo(Math.PI / 2, 6);
    expect(physical['ly']).toBeCloseTo(-9.81, 6);
  });

  test.each([
    ['csv_fields', good15.replace(',0.00', '')],
    ['csv_number', good15.replace('13200', '')],
    ['csv_number', good15.replace('13200', 'nan')],
    ['csv_number', good15.replace('13200', '0x10')],
    ['csv_quaternion', good15.replace('1.0000', '0.0000')],
    ['csv_flex', good15.replace('13200', '-1')],
    ['csv_flex', good15.replace('13200', '32768')],
    ['csv_motion', good15.replace('90.00', '9000.00')],
  ])('are refused as %s: %s', (code, line) => {
    expect(createCsvWire('csv15').read(line, 0)).toEqual({ kind: 'refused', code });
  });
});

test('older sketches end sooner', () => {
  expect(Object.keys(physicalOf('csv5', '1,2,3,4,5'))).toHaveLength(5);
  expect(Object.keys(physicalOf('csv9', '1,2,3,4,5,0,1,0,0'))).toHaveLength(9);
});

test('the number of columns names the wire of a good line', () => {
  expect(
    [good15, with30({}), '1,2,3,4,5', '1,2,3,4,5,1,0,0,0', '1,2,3', '1,2,3,4,-5'].map(csvWireOf),
  ).toEqual(['csv15', 'csv30', 'csv5', 'csv9', null, null]);
});

describe('thirty columns', () => {
  test('are looked at in the order of fields, numbers, quaternion, flex', () => {
    const wire = createCsvWire('csv30');
    const codeOf = (line: string) => {
      const reading = wire.read(line, 0);
      return reading.kind === 'refused' ? reading.code : reading.kind;
    };
    expect(codeOf(with30({}))).toBe('sample');
    expect(codeOf(`${with30({ 0: 'x', 5: 2 })},1`)).toBe('csv_fields');
    expect(codeOf(with30({ 20: '', 5: 2, 0: -1 }))).toBe('csv_number');
    expect(codeOf(with30({ 20: 'Infinity' }))).toBe('csv_number');
    expect(codeOf(with30({ 5: 2, 0: -1 }))).toBe('csv_quaternion');
    expect(codeOf(with30({ 0: 4_096 }))).toBe('csv_flex');
  });

  test('have a quaternion whose length is 1, give or take 0.02', () => {
    const codes = [0.979, 0.981, 1.019, 1.021].map((w) => csvWireOf(with30({ 5: w, 6: 0, 7: 0, 8: 0 })));
    expect(codes).toEqual([null, 'csv30', 'csv30', null]);
  });

  test('a count beyond sixteen bits is the end of the range', () => {
    expect(physicalOf('csv30', with30({ 27: 99_999 }))['gx']).toBeCloseTo((32_767 * Math.PI) / 180 / 16.4, 6);
  });
});

interface Golden {
  readonly glove_asl_validation: readonly {
    file: string;
    rows: number;
    accepted: number;
    rejected: { fields: number; parse: number; quat: number; flex: number };
  }[];
}

describeRecordings('recordings of a real glove', (folder) => {
  test('are accepted and refused, by reason, as they should be', () => {
    const golden: Golden = JSON.parse(readFileSync(join(folder, 'golden', 'golden.json'), 'utf8'));
    for (const { file, accepted, rejected } of golden.glove_asl_validation) {
      const stored = readFileSync(join(folder, 'glove-asl-70hz', file));
      const bytes = file.endsWith('.gz') ? gunzipSync(stored) : stored;
      const stream = createByteStream();
      let samples = 0;
      let missed = 0;
      // 1/70 s a line; pieces that end anywhere. The header is the first line, which is never believed.
      for (let at = 0; at < bytes.length; at += 211) {
        for (const { kind } of stream.read(bytes.subarray(at, at + 211), at / 16).events) {
          if (kind === 'sample') samples += 1;
          if (kind === 'missed') missed += 1;
        }
      }
      const counts = stream.counts();
      expect([file, stream.wire(), samples]).toEqual([file, 'csv30', accepted]);
      expect({
        fields: counts.get('csv_fields') ?? 0,
        parse: counts.get('csv_number') ?? 0,
        quat: counts.get('csv_quaternion') ?? 0,
        flex: counts.get('csv_flex') ?? 0,
      }).toEqual(rejected);
      expect(missed).toBe(rejected.fields + rejected.parse + rejected.quat + rejected.flex);
    }
  });
});
