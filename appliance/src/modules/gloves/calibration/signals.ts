import type { SampleBlock } from '../stream/sample-block.ts';

/** Readings of each channel in its physical unit, oldest first. */
export type Columns = Readonly<Record<string, readonly number[]>>;

/** Physical values of a block by channel name. */
export function columnsOf({ layout, values, count }: SampleBlock): Columns {
  const width = layout.channels.length;
  return Object.fromEntries(
    layout.channels.map(({ name, scale, offset }, channel) => [
      name,
      Array.from({ length: count }, (_, at) => (values[at * width + channel] ?? 0) * scale + offset),
    ]),
  );
}

/** What comes after other readings without a hole; channels that were not there begin. */
export const joined = (before: Columns, after: Columns): Columns =>
  Object.fromEntries(
    Object.entries(after).map(([name, readings]) => [name, [...(before[name] ?? []), ...readings]]),
  );

/** The newest so many readings of each channel. */
export const newest = (columns: Columns, count: number): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, readings]) => [name, readings.slice(-count)]));

/** These channels alone. */
export const only = (columns: Columns, names: readonly string[]): Columns =>
  Object.fromEntries(names.map((name) => [name, columns[name] ?? []]));

export const lengthOf = (columns: Columns): number => Object.values(columns)[0]?.length ?? 0;

const middleOfThree = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

/** Median of three: a single reading that a torn line made is gone. Two readings shorter than what it is given. */
export const withoutSpikes = (columns: Columns): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, readings]) => [
      name,
      readings
        .slice(2)
        .map((reading, at) => middleOfThree(readings[at] ?? reading, readings[at + 1] ?? reading, reading)),
    ]),
  );

/** Of at least one number. */
export function median(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** Of the numbers themselves, not of what they are a sample of. */
export function standardDeviation(numbers: readonly number[]): number {
  const centre = mean(numbers);
  return Math.sqrt(mean(numbers.map((number) => (number - centre) ** 2)));
}
