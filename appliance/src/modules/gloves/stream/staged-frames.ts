import { decodeFrame, type GloveFrame, type Layout } from '../../../../contract/glove-frame.ts';
import type { GloveLayout } from '../../../../contract/gloves.ts';
import { createFrameStream } from './frame-stream.ts';
import type { SampleBlock } from './sample-block.ts';

/** A frame as it came to one of several that take frames in. */
export interface ArrivedFrame {
  /** Epoch µs. */
  readonly receivedUs: number;
  /** µs of the clock that all processes of the machine share. */
  readonly arrivedUs: number;
  readonly bytes: Uint8Array;
}

export interface FramesOf {
  /** Device name. */
  readonly glove: string;
  /** What its meta said its frames hold. */
  readonly layout: GloveLayout | null;
  readonly newRun: () => string;
}

interface Read extends Omit<ArrivedFrame, 'bytes'> {
  readonly frame: GloveFrame;
}

/** So much later than the quickest, and a frame says nothing any more of when it was measured. */
const lateUs = 500_000;
/** The machine's clock begins anew when the machine does; who commits late is not so late. */
const restartedUs = 60_000_000;

/**
 * All frames of one glove, in the order of their commits → blocks. Those that a worker left behind come seconds after
 * others that were measured later, so they are put where they were measured before they are numbered. Frames that
 * cannot be read are left out.
 */
export function blocksOfFrames(
  frames: readonly ArrivedFrame[],
  { glove, layout, newRun }: FramesOf,
): SampleBlock[] {
  const read = frames.flatMap(({ bytes, ...when }): Read[] => {
    const decoded = decodeFrame(bytes);
    return decoded.ok ? [{ ...when, frame: decoded.frame }] : [];
  });
  const stream = createFrameStream({ glove, newRun });
  stream.describe(meantBy(layout, read[0]?.frame));
  return betweenRestarts(read).flatMap((some) =>
    whenMeasured(some).flatMap(({ frame, monotonicUs, epochUs }) =>
      stream.take(frame, { monotonicUs, epochUs }),
    ),
  );
}

/** A glove that did not say which of its layouts it described has one. */
const meantBy = (layout: GloveLayout | null, first: GloveFrame | undefined): Layout | null =>
  layout === null || first === undefined
    ? null
    : { id: layout.id ?? first.layoutId, channels: layout.channels };

/** Cut where the machine was started anew. */
function betweenRestarts(frames: readonly Read[]): Read[][] {
  const parts: Read[][] = [];
  let newest = Number.POSITIVE_INFINITY;
  for (const frame of frames) {
    if (newest === Number.POSITIVE_INFINITY || frame.arrivedUs < newest - restartedUs) {
      parts.push([]);
      newest = frame.arrivedUs;
    }
    parts.at(-1)?.push(frame);
    newest = Math.max(newest, frame.arrivedUs);
  }
  return parts;
}

/**
 * In the order in which they were measured. A frame can be late and never early, and a glove that is switched on anew
 * counts its time from later on: so the least of arrival − glove's time, among a frame and all that came after it, is
 * that of a frame of the same life that was not late.
 */
function whenMeasured(frames: readonly Read[]) {
  let least = Number.POSITIVE_INFINITY;
  return frames
    .toReversed()
    .map(({ frame, arrivedUs, receivedUs }) => {
      const measuredUs = frame.t0Us + (frame.count - 1) * frame.dtUs;
      least = Math.min(least, arrivedUs - measuredUs);
      const quickUs = measuredUs + least;
      const monotonicUs = arrivedUs - quickUs > lateUs ? quickUs : arrivedUs;
      return { frame, quickUs, monotonicUs, epochUs: monotonicUs + receivedUs - arrivedUs };
    })
    .toSorted((a, b) => a.quickUs - b.quickUs);
}
