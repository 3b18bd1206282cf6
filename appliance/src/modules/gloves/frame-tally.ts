import { emptyTally, type Tally } from './glove-counts.ts';
import type { StreamCounts } from './stream/frame-stream.ts';

/** What a stream of frames counted, in the words that all ways share. */
export function tallyOfFrames(counts: Readonly<StreamCounts>): Tally {
  const { frames, samples, lost, repeated, time_backwards, frame_layout, layout_unsteady, restarts } = counts;
  const tally = emptyTally();
  tally.accepted = frames - repeated - time_backwards - frame_layout - layout_unsteady;
  tally.samples = samples;
  tally.lost = lost;
  tally.repeated = repeated;
  tally.runs = samples === 0 ? 0 : restarts + 1;
  for (const [code, count] of [
    ['frame_repeated', repeated],
    ['time_backwards', time_backwards],
    ['frame_layout', frame_layout],
    ['layout_unsteady', layout_unsteady],
  ] as const) {
    if (count > 0) tally.codes.set(code, count);
  }
  return tally;
}
