import {
  channel,
  curls,
  gyroscope,
  type Layout,
  linearAcceleration,
  quaternion,
} from '../../../../contract/glove-frame.ts';
import { int16, type LineCode, type LineReading, type LineWire, layoutOf, refused } from './line-wire.ts';

/** Columns of the lines that gloves write with commas, and what is wrong with a line, in the order it is looked for. */
export const csvWires = ['csv5', 'csv9', 'csv15', 'csv30'] as const;
export type CsvWire = (typeof csvWires)[number];

const plainNumber = /^ *[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})? *$/u;
const unitTolerance = 0.02;

/** Null where a field is no finite number: an empty one, which `Number` would take for 0, is none. */
function readNumbers(line: string): number[] | null {
  const numbers: number[] = [];
  for (const field of line.split(',')) {
    if (!plainNumber.test(field)) return null;
    numbers.push(Number(field));
  }
  return numbers.every(Number.isFinite) ? numbers : null;
}

const isUnit = (w: number, x: number, y: number, z: number): boolean =>
  Math.abs(Math.sqrt(w * w + x * x + y * y + z * z) - 1) <= unitTolerance;

const at = (numbers: readonly number[], index: number): number => numbers[index] ?? 0;
const hasUnitQuaternion = (numbers: readonly number[]): boolean =>
  isUnit(at(numbers, 5), at(numbers, 6), at(numbers, 7), at(numbers, 8));
const curlsWithin = (numbers: readonly number[], max: number): boolean =>
  numbers.slice(0, 5).every((curl) => curl >= 0 && curl <= max);

interface CsvFormat {
  readonly columns: number;
  readonly layout: Layout;
  readonly problem: (numbers: readonly number[]) => LineCode | null;
  /** Raw values in the layout's order. */
  readonly raw: (numbers: readonly number[]) => readonly number[];
}

/** An ADS1115's 26 400 at the supply's voltage; it can count to 32 767. The thumb hangs on the board's own converter. */
const adsFullScale = 26_400;
const adsMax = 32_767;
const quaternionScale = 16_384;
const bno055 = { gyro: 16, acceleration: 100 };
const bno055Curls = curls(adsFullScale).map((one, finger) =>
  finger === 0 ? channel(one.name, '1', 1 / 4_095) : one,
);

/** ESP32 with ADS1115 and BNO055: curls, quaternion, m/s² without gravity, °/s; older sketches end sooner. */
const bno055Problem = (numbers: readonly number[]): LineCode | null => {
  if (numbers.length >= 9 && !hasUnitQuaternion(numbers)) return 'csv_quaternion';
  if (!curlsWithin(numbers, adsMax)) return 'csv_flex';
  const motion = numbers
    .slice(9)
    .map((value, index) => value * (index < 3 ? bno055.acceleration : bno055.gyro));
  return motion.some((value) => Math.abs(value) > adsMax) ? 'csv_motion' : null;
};
const bno055Raw = (numbers: readonly number[]): number[] => [
  ...numbers.slice(0, 5),
  ...numbers.slice(5, 9).map((part) => part * quaternionScale),
  ...numbers.slice(12, 15).map((rate) => rate * bno055.gyro),
  ...numbers.slice(9, 12).map((acceleration) => acceleration * bno055.acceleration),
];

/** ESP32 with MPU6050, whose own processor fuses: gyroscope ±2000 °/s, acceleration 8192 to the g, both as counted. */
const mpu6050Layout = layoutOf([
  ...curls(4_095),
  ...quaternion,
  ...gyroscope.map(({ name, unit }) => channel(name, unit, Math.PI / 180 / 16.4)),
  ...linearAcceleration.map(({ name, unit }) => channel(name, unit, 9.80665 / 8_192)),
]);

const formats: Readonly<Record<CsvWire, CsvFormat>> = {
  csv5: { columns: 5, layout: layoutOf(bno055Curls), problem: bno055Problem, raw: bno055Raw },
  csv9: {
    columns: 9,
    layout: layoutOf([...bno055Curls, ...quaternion]),
    problem: bno055Problem,
    raw: bno055Raw,
  },
  csv15: {
    columns: 15,
    layout: layoutOf([...bno055Curls, ...quaternion, ...gyroscope, ...linearAcceleration]),
    problem: bno055Problem,
    raw: bno055Raw,
  },
  csv30: {
    columns: 30,
    layout: mpu6050Layout,
    problem: (numbers) => {
      if (!hasUnitQuaternion(numbers)) return 'csv_quaternion';
      return curlsWithin(numbers, 4_095) ? null : 'csv_flex';
    },
    raw: (numbers) => [
      ...numbers.slice(0, 5),
      ...numbers.slice(5, 9).map((part) => part * quaternionScale),
      ...numbers.slice(27, 30),
      ...numbers.slice(15, 18),
    ],
  },
};

export function createCsvWire(wire: CsvWire): LineWire {
  const { columns, layout, problem, raw } = formats[wire];
  return {
    read(line): LineReading {
      if (line.split(',').length !== columns) return refused('csv_fields');
      const numbers = readNumbers(line);
      if (numbers === null) return refused('csv_number');
      const found = problem(numbers);
      if (found !== null) return refused(found);
      // A count beyond 16 bits is the sensor at the end of its range.
      return { kind: 'sample', layout, values: Int16Array.from(raw(numbers), int16), info: null };
    },
  };
}

/** Which of them a line is one of, if it is a good one. */
export function csvWireOf(line: string): CsvWire | null {
  const columns = line.split(',').length;
  const wire = csvWires.find((name) => formats[name].columns === columns);
  if (wire === undefined) return null;
  const numbers = readNumbers(line);
  return numbers !== null && formats[wire].problem(numbers) === null ? wire : null;
}
