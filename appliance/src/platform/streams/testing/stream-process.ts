import { systemClock as clock } from '../../clock.ts';
import { createStreamStore } from '../stream-store.ts';
import { someFrame, someSamples } from './a-recording.ts';

/**
 * Takes samples in until it is killed, as fast as they come, and says on stdout up to which number they are on disk.
 * Arguments: data directory, the first number, how many samples at once, `append` or `stage`.
 */
const [directory = '', first = '0', step = '10', how = 'append'] = process.argv.slice(2);
const store = createStreamStore({
  dataDirectory: directory,
  clock,
  onFailure(error) {
    throw error;
  },
  onLoss() {
    throw new Error('samples were given up');
  },
});

for (let seq = Number(first); ; seq += Number(step) * 20) {
  const firsts = Array.from({ length: 20 }, (_, frame) => seq + frame * Number(step));
  if (how === 'stage') {
    await Promise.all(firsts.map((from) => store.stage(someFrame(from, Number(step)))));
  } else {
    for (const from of firsts) store.append(someSamples(from, Number(step)));
    if ((seq / (Number(step) * 20)) % 3 === 2) await store.flush();
    else continue;
  }
  // Waits when nobody reads just now.
  await new Promise((resolve) => process.stdout.write(`${seq + Number(step) * 20}\n`, resolve));
}
