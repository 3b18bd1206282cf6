import { createByteStream, type StreamCode, type StreamState } from '../wire/byte-stream.ts';
import type { GloveInfo } from '../wire/line-wire.ts';
import type { LucidOptions } from '../wire/lucid-wire.ts';
import { isDeviceAuto, type Wire } from '../wire/wires.ts';
import { createFrameStream, type FrameStreamDeps } from './frame-stream.ts';
import { createLineStream, type LineSample } from './line-stream.ts';
import type { SampleBlock } from './sample-block.ts';
import type { Arrival } from './venue-clock.ts';

export interface ConnectedReading {
  readonly blocks: readonly SampleBlock[];
  /** Lines that ended: each is answered with a line end, because the glove may wait for it. */
  readonly lines: number;
  /** What the glove said of itself just now. */
  readonly info: GloveInfo | null;
}

/** A glove at the end of a serial line or a socket, from the opening to the end: bytes → blocks. Never throws. */
export function createConnectedGlove(deps: FrameStreamDeps, options: LucidOptions = {}) {
  const bytes = createByteStream(options);
  const frames = createFrameStream(deps);
  const lines = createLineStream(deps);
  let accepted = 0;

  return {
    read(received: Uint8Array, arrival: Arrival): ConnectedReading {
      const { events, lines: ended } = bytes.read(received, arrival.monotonicUs / 1_000);
      const blocks: SampleBlock[] = [];
      const samples: LineSample[] = [];
      const infos: GloveInfo[] = [];
      for (const event of events) {
        if (event.kind === 'sample') samples.push(event);
        else if (event.kind === 'missed') samples.push({ values: null });
        else if (event.kind === 'frame') blocks.push(...frames.take(event.frame, arrival));
        else if (event.kind === 'info') infos.push(event.info);
        else lines.describe({ deviceAuto: isDeviceAuto(event.wire, options) });
      }
      accepted += samples.filter(({ values }) => values !== null).length;
      blocks.push(...lines.take(samples, arrival));
      return { blocks, lines: ended, info: infos.length === 0 ? null : Object.assign({}, ...infos) };
    },
    /** What was kept for a moment, when the connection ends. */
    flush: (): SampleBlock[] => lines.flush(),
    wire: (): Wire | null => bytes.wire(),
    state: (): StreamState => bytes.state(),
    /** Lines that are samples, handed on or kept for a moment. */
    accepted: (): number => accepted,
    /** What was no sample, by its code. */
    refusals: (): ReadonlyMap<StreamCode, number> => bytes.counts(),
    frameCounts: frames.counts,
    lineCounts: lines.counts,
    /** What the glove's meta says its frames hold. */
    describe: frames.describe,
    rateHz: lines.rateHz,
    driftPpm: frames.driftPpm,
  };
}
export type ConnectedGlove = ReturnType<typeof createConnectedGlove>;
