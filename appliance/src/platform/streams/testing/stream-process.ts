import { writeSync } from 'node:fs';
import { systemClock as clock } from '../../clock.ts';
import { createStreamStore } from '../stream-store.ts';
import { someSamples } from './a-recording.ts';

/**
 * Takes samples in until it is killed, as fast as they come, and says on stdout up to which number they are on disk.
 * Arguments: data directory, name of the process, the first number, how many samples at once, `append` or `stage`.
 */
const [directory = '', name = '', first = '0', step = '10', how = 'append'] = process.argv.slice(2);
const store = createStreamStore({
  dataDirectory: directory,
  clock,
  holder: name,
  onFailure(error) {
    throw error;
  },
  onLoss() {
    throw new Error('samples were given up');
  },
});

for (let seq = Number(first); ; seq += Number(step) * 20) {
  const frames = Array.from({ length: 20 }, (_, frame) =>
    someSamples(seq + frame * Number(step), Number(step)),
  );
  if (how === 'stage') {
    await store.stage(frames);
  } else {
    for (const frame of frames) store.append(frame);
    if ((seq / (Number(step) * 20)) % 3 === 2) await store.flush();
    else continue;
  }
  writeSync(1, `${seq + Number(step) * 20}\n`);
  if (how === 'stage') await store.fold();
}
