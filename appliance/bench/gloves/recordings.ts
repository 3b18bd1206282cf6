import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { knownLayout, type Layout } from '../../contract/glove-frame.ts';
import { createCsvWire } from '../../src/modules/gloves/wire/csv.ts';
import { sharedRecordings } from '../../src/testing/shared-recordings.ts';
import { channels, rateHz, recordedHand, threeMinutes } from './hands.ts';

/** What several gloves sent, each for itself, interleaved. */
export interface Recordings {
  /** Samples a second. */
  readonly rateHz: number;
  readonly layout: Layout;
  readonly gloves: readonly Int16Array[];
}

const simulatedGloves = 10;
/** Long files are compared with short ones: each is kept under several names, as of several games. */
const copies = 12;

export function simulatedRecordings(): Recordings {
  const layout = knownLayout(channels, false);
  if (layout === undefined) throw new Error(`no layout has ${channels} channels`);
  const gloves = Array.from(
    { length: simulatedGloves },
    (_, seed) => recordedHand(seed + 1, threeMinutes).values,
  );
  return { rateHz, layout, gloves };
}

const realRateHz = 70;
const files = ['deaf_540rows.csv', 'words_raw_hello.csv.gz', 'words_segmented_yes.csv.gz'];

/** Of real hands, as the appliance reads the lines of their gloves; null where the recordings are not. */
export function realRecordings(): Recordings | null {
  if (sharedRecordings === null) return null;
  const folder = join(sharedRecordings, 'glove-asl-70hz');
  let layout: Layout | undefined;
  const gloves = files.map((file) => {
    const bytes = readFileSync(join(folder, file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    const wire = createCsvWire('csv30');
    const values: number[] = [];
    for (const line of text.split(/\r?\n/u)) {
      const reading = wire.read(line, 0);
      if (reading.kind !== 'sample') continue;
      layout = reading.layout;
      values.push(...reading.values);
    }
    return Int16Array.from(values);
  });
  if (layout?.channels.length !== channels)
    throw new Error(`the recordings do not have ${channels} channels`);
  return { rateHz: realRateHz, layout, gloves: Array.from({ length: copies }, () => gloves).flat() };
}
