import { Readable } from 'node:stream';
import type { StreamChannel } from '../../platform/streams/chunk.ts';
import type { Damage } from '../../platform/streams/damage.ts';
import { isDamage, openStreamReader, type StreamReader } from '../../platform/streams/stream-reader.ts';
import { physical, type Stretch, stretchesOf } from '../../platform/streams/stretches.ts';

/** So many lines are written in one go: some two milliseconds of the loop. */
const linesAtOnce = 250;
/** Finer than any sensor's step. */
const decimals = 1e6;

/** One more than there are: whoever is served meanwhile is served meanwhile. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

export interface Survey {
  readonly channels: readonly StreamChannel[];
  readonly damages: readonly Damage[];
}

/** Which channels a session has, and what of it is damaged and will be left out. */
export function surveyOf(dataDirectory: string, sessionId: string): Survey {
  const reader = openStreamReader(dataDirectory);
  try {
    const channels = new Map<string, StreamChannel>();
    const damages: Damage[] = [];
    for (const head of reader.heads(sessionId)) {
      if (isDamage(head)) damages.push(head);
      else for (const channel of head.chunk.channels) channels.set(channel.name, channel);
    }
    return { channels: [...channels.values()], damages };
  } finally {
    reader.close();
  }
}

const streamed = (dataDirectory: string, write: (reader: StreamReader) => Generator<string>): Readable =>
  Readable.from(
    (async function* () {
      const reader = openStreamReader(dataDirectory);
      try {
        for (const text of write(reader)) {
          yield text;
          await nextTurn();
        }
      } finally {
        reader.close();
      }
    })(),
    { objectMode: false },
  );

/** Every sample in a line: its time in epoch µs, run and number, and the channels in their units. */
export const asCsv = (
  dataDirectory: string,
  sessionId: string,
  channels: readonly StreamChannel[],
): Readable =>
  streamed(dataDirectory, function* (reader) {
    const names = channels.map(({ name }) => name);
    yield `${['time_us', 'run', 'seq', ...names].map(csvCell).join(',')}\r\n`;
    for (const one of reader.chunks(sessionId)) {
      if (isDamage(one)) continue;
      for (const stretch of stretchesOf(one.chunk, one.values)) yield* linesOf(stretch, names);
    }
  });

function* linesOf(stretch: Stretch, names: readonly string[]): Generator<string> {
  const { t0Us, dtUs, run, seq, count } = stretch;
  const values = physical(stretch);
  const columns = names.map((name) => values[name]);
  const quotedRun = csvCell(run);
  for (let from = 0; from < count; from += linesAtOnce) {
    let lines = '';
    for (let index = from; index < Math.min(count, from + linesAtOnce); index += 1) {
      lines += `${t0Us + index * dtUs},${quotedRun},${seq + index}`;
      for (const column of columns) {
        const value = column?.[index];
        lines += value === undefined ? ',' : `,${Math.round(value * decimals) / decimals}`;
      }
      lines += '\r\n';
    }
    yield lines;
  }
}

/** Quoted where it must be (RFC 4180); a name that begins like a formula is none in a spreadsheet. */
function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Every chunk in a line of JSON, its data in base64, as it is stored; damaged ones are named. */
export const asChunks = (dataDirectory: string, sessionId: string): Readable =>
  streamed(dataDirectory, function* (reader) {
    for (const head of reader.heads(sessionId)) {
      if (isDamage(head)) {
        yield `${JSON.stringify({ code: head.code, run: head.run, seq: head.seq })}\n`;
        continue;
      }
      const { run, seq, t0Us, dtUs, count, codec, channels, holes, crc32, data } = head.chunk;
      const said = { run, seq, t0_us: t0Us, dt_us: dtUs, count, codec, channels, holes, crc32 };
      yield `${JSON.stringify({ ...said, data: Buffer.from(data).toString('base64') })}\n`;
    }
  });
