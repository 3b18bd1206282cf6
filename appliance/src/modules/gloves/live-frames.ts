import { encodeFrame, maxIntervalUs } from '../../../contract/glove-frame.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { SampleBlock } from './stream/sample-block.ts';

/** As many samples as a glove that speaks frames puts into one. */
const samplesPerFrame = 5;
/** A slow glove is not held back for longer than this. */
const longestWaitMs = 50;

export interface LiveFramesDeps {
  readonly clock: Clock;
  readonly isLeft: () => boolean;
  readonly send: (frame: Buffer) => void;
}

/**
 * The blocks of one glove as frames, a few samples in each: a glove on a serial line hands over one at a time. Their
 * time is the venue's, and their numbers go on through a run; a new run, a hole or another layout begins a new frame.
 */
export function createLiveFrames({ clock, isLeft, send }: LiveFramesDeps) {
  let waiting: SampleBlock[] = [];
  let samples = 0;
  let cancelWait: Cancel | null = null;

  function flush(): void {
    cancelWait?.();
    cancelWait = null;
    const [first] = waiting;
    if (first === undefined) return;
    const channels = first.layout.channels.length;
    const values = new Int16Array(samples * channels);
    let at = 0;
    for (const block of waiting) {
      values.set(block.values, at);
      at += block.values.length;
    }
    const frame = encodeFrame({
      flags: { calibrated: first.calibrated, deviceAuto: first.deviceAuto, left: isLeft() },
      seq: first.seq >>> 0,
      t0Us: Math.round(first.t0Us),
      dtUs: Math.min(Math.max(Math.round(first.dtUs), 1), maxIntervalUs),
      count: samples,
      layoutId: first.layout.id & 0xffff,
      channels,
      values,
    });
    waiting = [];
    samples = 0;
    send(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
  }

  function goesOn(block: SampleBlock): boolean {
    const last = waiting.at(-1);
    if (last === undefined) return true;
    return (
      block.run === last.run &&
      block.layout === last.layout &&
      block.seq === last.seq + last.count &&
      block.calibrated === last.calibrated &&
      block.deviceAuto === last.deviceAuto
    );
  }

  return {
    give(block: SampleBlock): void {
      if (!goesOn(block)) flush();
      waiting.push(block);
      samples += block.count;
      if (samples >= samplesPerFrame) flush();
      else cancelWait ??= clock.after(longestWaitMs, flush);
    },
    flush,
  };
}
export type LiveFrames = ReturnType<typeof createLiveFrames>;
