import type { SignalLane } from './lanes.ts';

/** What is on the paper: the last `seconds` before `edge`, in the glove's own time. */
export interface SignalPicture {
  readonly times: readonly number[];
  readonly traces: readonly (readonly (number | null)[])[];
  readonly edge: number;
  readonly seconds: number;
}

export interface Paper {
  readonly width: number;
  readonly height: number;
  readonly ink: string;
  readonly line: string;
  readonly gap: string;
}

/** What a lane leaves free above and below, of its height. */
const margin = 0.1;
/** A line of one pixel is drawn several times faster than a wider one where no graphics chip helps. */
const penWidth = 1;
/** Pixels: what is finer nobody sees, and it is drawn sixty times a second. */
const finest = 1.5;
/** Frames come in steps; only a silence longer than this is one. */
const silentAfter = 0.35;
export const gridStep = 2;

/** Draws all of it anew: a strip for each lane, and over all strips a shade where nothing is known. */
export function drawSignals(
  context: CanvasRenderingContext2D,
  { width, height, ink, line, gap }: Paper,
  lanes: readonly SignalLane[],
  { times, traces, edge, seconds }: SignalPicture,
): void {
  const begin = edge - seconds;
  const xOf = (time: number) => ((time - begin) / seconds) * width;
  const laneHeight = height / Math.max(1, lanes.length);
  context.clearRect(0, 0, width, height);

  context.fillStyle = gap;
  for (const [from, to] of gapsIn(times, traces[0] ?? [], begin, edge))
    context.fillRect(xOf(from), 0, xOf(to) - xOf(from), height);

  context.strokeStyle = line;
  context.lineWidth = 1;
  context.beginPath();
  for (let lane = 1; lane < lanes.length; lane++) horizontal(Math.round(lane * laneHeight) + 0.5);
  for (let second = gridStep; second < seconds; second += gridStep) {
    const x = Math.round(width - (second / seconds) * width) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, height);
  }
  context.stroke();

  context.strokeStyle = ink;
  context.lineWidth = penWidth;
  context.lineJoin = 'bevel';
  const first = firstAfter(times, begin);
  for (const [at, { channel, from, to }] of lanes.entries()) {
    const trace = traces[channel] ?? [];
    const low = (at + 1 - margin) * laneHeight;
    const perUnit = ((1 - 2 * margin) * laneHeight) / (to - from);
    let isDown = false;
    let lastX = 0;
    context.beginPath();
    for (let index = first; index < times.length; index++) {
      const time = times[index] ?? 0;
      if (time > edge) break;
      const value = trace[index];
      if (value === null || value === undefined) {
        isDown = false;
        continue;
      }
      const x = xOf(time);
      if (isDown && x - lastX < finest && trace[index + 1] !== null) continue;
      lastX = x;
      const y = low - (Math.min(Math.max(value, from), to) - from) * perUnit;
      if (isDown) context.lineTo(x, y);
      else context.moveTo(x, y);
      isDown = true;
    }
    context.stroke();
  }

  function horizontal(y: number): void {
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
}

/** Index of the last sample before this moment: the pen comes from there. */
function firstAfter(times: readonly number[], moment: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < moment) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Where nothing is known between two moments: gaps, and the silence since the newest sample. */
export function gapsIn(
  times: readonly number[],
  trace: readonly (number | null)[],
  begin: number,
  edge: number,
): readonly (readonly [from: number, to: number])[] {
  const gaps: [number, number][] = [];
  for (let index = firstAfter(times, begin); index < times.length; index++) {
    if (trace[index] !== null) continue;
    gaps.push([Math.max(begin, times[index - 1] ?? begin), Math.min(edge, times[index + 1] ?? edge)]);
  }
  const newest = times.at(-1);
  if (newest !== undefined && edge - newest > silentAfter) gaps.push([Math.max(begin, newest), edge]);
  return gaps;
}
