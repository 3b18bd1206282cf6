import { channel, fingers, gyroscope, type Layout, quaternion } from '../../../../../contract/glove-frame.ts';
import type { SampleBlock } from '../../stream/sample-block.ts';

export const steeringLayout: Layout = {
  id: 15,
  channels: [
    ...fingers.map((finger) => channel(finger, '1', 1 / 10_000)),
    ...quaternion,
    ...gyroscope.map((axis) => ({ ...axis, scale: 0.002 })),
  ],
};

/** What a hand does at a time in seconds. */
export interface Doing {
  readonly curl?: (s: number) => number;
  /** rad/s about z. */
  readonly turn?: (s: number) => number;
}

/** Blocks of a hand that is known at every moment. */
export function blocksOf(
  { curl = () => 0, turn = () => 0 }: Doing,
  seconds: number,
  more: { rate?: number; each?: number; block?: Partial<SampleBlock>; layout?: Layout } = {},
): SampleBlock[] {
  const { rate = 100, each = 2, block = {}, layout = steeringLayout } = more;
  const dtUs = 1e6 / rate;
  let angle = 0;
  return Array.from({ length: Math.floor((seconds * rate) / each) }, (_, at) => {
    const values = new Int16Array(each * layout.channels.length);
    for (let sample = 0; sample < each; sample += 1) {
      const s = (at * each + sample) / rate;
      angle += (turn(s - 1 / rate) + turn(s)) / 2 / rate;
      for (const [column, { name, scale }] of layout.channels.entries()) {
        const physical = physicalOf(name, curl(s), turn(s), angle);
        values[sample * layout.channels.length + column] = Math.round(physical / scale);
      }
    }
    return {
      glove: 'glove-1',
      run: 'a',
      seq: at * each,
      lost: 0,
      t0Us: 1_790_000_000_000_000 + at * each * dtUs,
      dtUs,
      count: each,
      layout,
      values,
      calibrated: true,
      deviceAuto: false,
      ...block,
    };
  });
}

function physicalOf(name: string, curl: number, turn: number, angle: number): number {
  if (name === 'qw') return Math.cos(angle / 2);
  if (name === 'qz') return Math.sin(angle / 2);
  if (name === 'gz') return turn;
  return fingers.some((finger) => finger === name) ? curl : 0;
}

/** From 0 to 1 within `duration` seconds, as people move: least jerk. */
export function reach(s: number, start: number, duration: number): number {
  const u = Math.min(Math.max((s - start) / duration, 0), 1);
  return u ** 3 * (10 - 15 * u + 6 * u ** 2);
}

/** Speed of a turn that is `peak` in its middle, rad/s. */
export function turning(s: number, start: number, duration: number, peak: number): number {
  const u = Math.min(Math.max((s - start) / duration, 0), 1);
  return peak * 16 * u ** 2 * (1 - u) ** 2;
}

export function bell(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
