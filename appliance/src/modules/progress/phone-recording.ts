import { fingers } from '../../../contract/glove-frame.ts';
import { PhoneGameHead, phoneGameLimit } from '../../../contract/progress.ts';
import { type FieldError, Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { validated } from '../../platform/http/validation.ts';
import { progressProblems } from './progress-problems.ts';

export const phoneLimits = {
  bytes: phoneGameLimit,
  /** Rows: half an hour at the highest rate. */
  samples: 2_000_000,
  /** Numbers in all. */
  values: 16_000_000,
  seconds: 4 * 3_600,
} as const;

/** What a phone recorded, channel by channel. */
export interface PhoneGame {
  readonly head: PhoneGameHead;
  readonly seconds: number;
  readonly channels: readonly { readonly name: string; readonly unit: string }[];
  readonly values: readonly Float64Array[];
}

/**
 * Reads the body of `POST /game`: slow when it is large, so not for the main loop. Throws `malformed_json`,
 * `invalid_request`, `malformed_sensor_data` and `too_many_samples`.
 */
export function readPhoneGame(bytes: Uint8Array): PhoneGame {
  refuseHeaps(bytes);
  const { samples, head } = headAndSamples(parsed(bytes));
  const { channels, rate_hz } = head.sensor_data;
  const twice = channels.findIndex((name, index) => channels.indexOf(name) < index);
  if (twice >= 0) throw malformed(`/sensor_data/channels/${twice}`, 'the channel is there already');
  if (samples.length > phoneLimits.samples) throw tooMany(phoneLimits.samples);
  const seconds = samples.length / rate_hz;
  if (seconds > phoneLimits.seconds) throw tooMany(Math.floor(phoneLimits.seconds * rate_hz));
  return {
    head,
    seconds,
    channels: channels.map((name) => ({ name, unit: unitOf(name) })),
    values: columnsOf(samples, channels.length),
  };
}

const comma = 0x2c;
const bracket = 0x5b;

/** Before anything is parsed: a few bytes each are a list or a number, and each of those takes many. */
function refuseHeaps(bytes: Uint8Array): void {
  let rows = 0;
  let values = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === bracket) rows += 1;
    else if (byte === comma) values += 1;
  }
  // The two lists around the rows, and the names of channels.
  if (rows > phoneLimits.samples + 10) throw tooMany(phoneLimits.samples);
  if (values > phoneLimits.values + 100) throw tooMany(phoneLimits.values);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem(httpProblems.malformed_json);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function headAndSamples(body: unknown): { head: PhoneGameHead; samples: unknown[] } {
  const sensorData = isObject(body) ? body['sensor_data'] : undefined;
  if (!isObject(body) || !isObject(sensorData)) {
    // Says which of the fields is missing.
    validated(PhoneGameHead, body, 'body');
    throw new Problem(httpProblems.invalid_request);
  }
  const { samples, ...rest } = sensorData;
  const head = validated(PhoneGameHead, { ...body, sensor_data: rest }, 'body');
  if (!Array.isArray(samples) || samples.length === 0)
    throw malformed('/sensor_data/samples', 'must be a list of rows, and hold one');
  return { head, samples };
}

function columnsOf(samples: readonly unknown[], width: number): Float64Array[] {
  const columns = Array.from({ length: width }, () => new Float64Array(samples.length));
  for (const [row, sample] of samples.entries()) {
    if (!Array.isArray(sample) || sample.length !== width)
      throw malformed(`/sensor_data/samples/${row}`, `must hold ${width} numbers, one for each channel`);
    for (let column = 0; column < width; column += 1) {
      const value: unknown = sample[column];
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw malformed(`/sensor_data/samples/${row}/${column}`, 'must be a finite number');
      const into = columns[column];
      if (into !== undefined) into[row] = value;
    }
  }
  return columns;
}

function unitOf(name: string): string {
  if (fingers.some((finger) => finger === name) || /^q[wxyz]$/u.test(name)) return '1';
  if (/^g[xyz]$/u.test(name)) return 'rad/s';
  return /^[al][xyz]$/u.test(name) ? 'm/s²' : '';
}

function malformed(pointer: string, message: string): Problem {
  const errors: FieldError[] = [{ pointer, code: 'malformed_sensor_data', message }];
  return new Problem(progressProblems.malformed_sensor_data, undefined, { errors });
}

const tooMany = (limit: number): Problem =>
  new Problem(progressProblems.too_many_samples, undefined, { limit });
