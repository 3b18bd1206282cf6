import type { Guidance, GuidanceCode } from '../../../../contract/glove-calibration.ts';
import { type Finger, fingers } from '../../../../contract/glove-frame.ts';
import {
  type Columns,
  joined,
  lengthOf,
  mean,
  median,
  newest,
  only,
  standardDeviation,
  withoutSpikes,
} from './signals.ts';

/** So long a hand is held. */
const holdUs = 2_000_000;
/** Nobody is where they are asked to be the moment they are asked: this much is not looked at. */
const reactionUs = 1_000_000;
/** Who could not do it as well as it is wanted by now, does it as well as they can: the best so far is taken. */
const patienceUs = 10_000_000;
/** A bias is of this much rest, and rest turns no faster on any axis. */
const restUs = 1_000_000;
const restRadPerS = 0.05;
/** What is looked at to tell whether the hand is still right now. */
const momentUs = 400_000;

/** What is asked of a hand while it is held. */
export interface Demand {
  /** Channels that are looked at. */
  readonly channels: readonly string[];
  /** Largest standard deviation of a channel whose median is this. */
  limit(channel: string, median: number): number;
  /** `late`: it has been asked for so long that the hand may be right and the expectation wrong. */
  isInPose(channel: string, median: number, late: boolean): boolean;
  /** What is said to a finger that is not where it ought to be. */
  readonly pose: GuidanceCode;
}

/** Two seconds of a hand that was held: of all channels, whatever was asked of them. */
export interface Stretch {
  readonly medians: Readonly<Record<string, number>>;
  readonly deviations: Readonly<Record<string, number>>;
  /** The largest deviation, as a share of what is allowed. */
  readonly unrest: number;
  readonly outOfPose: readonly string[];
  /** rad/s; null when the hand turned, or no gyroscope. */
  readonly gyroBias: readonly [number, number, number] | null;
  /** w, x, y, z. */
  readonly orientation: readonly [number, number, number, number] | null;
}

export interface Hold {
  /** How long it has been asked for, by the samples that came. */
  readonly askedUs: number;
  readonly columns: Columns;
  /** How long the hand has been held right, until now. */
  readonly heldUs: number;
  readonly best: Stretch | null;
  readonly guidance: Guidance;
}

export const newHold = (demand: Pick<Demand, 'pose'>): Hold => ({
  askedUs: 0,
  columns: {},
  heldUs: 0,
  best: null,
  guidance: { code: demand.pose, finger: null },
});

/** After a hole, what came before it is not held any more. What was found to be best stays. */
export const interrupted = (hold: Hold): Hold => ({ ...hold, columns: {}, heldUs: 0 });

export const holdProgress = ({ heldUs }: Hold): number => Math.min(heldUs / holdUs, 1);

export const fingerOf = (channel: string): Finger | null =>
  fingers.find((finger) => finger === channel) ?? null;

function stretchOf(columns: Columns, demand: Demand, dtUs: number, late = false): Stretch {
  const smooth = withoutSpikes(columns);
  const over = (value: (readings: readonly number[]) => number) =>
    Object.fromEntries(Object.entries(smooth).map(([name, readings]) => [name, value(readings)]));
  const medians = over(median);
  const deviations = over(standardDeviation);
  const middle = (name: string) => medians[name] ?? Number.NaN;
  return {
    medians,
    deviations,
    unrest: Math.max(
      0,
      ...demand.channels.map((name) => (deviations[name] ?? 0) / demand.limit(name, middle(name))),
    ),
    outOfPose: demand.channels.filter((name) => !demand.isInPose(name, middle(name), late)),
    gyroBias: biasOf(newest(smooth, Math.ceil(restUs / dtUs))),
    orientation: orientationOf(smooth),
  };
}

function biasOf({ gx, gy, gz }: Columns): Stretch['gyroBias'] {
  if (gx === undefined || gy === undefined || gz === undefined) return null;
  const isAtRest = [gx, gy, gz].every((axis) => standardDeviation(axis) <= restRadPerS);
  return isAtRest ? [mean(gx), mean(gy), mean(gz)] : null;
}

/** The mean of quaternions that are close to each other, each turned to the side of the first. */
function orientationOf({ qw, qx, qy, qz }: Columns): Stretch['orientation'] {
  if (qw === undefined || qx === undefined || qy === undefined || qz === undefined) return null;
  const sum = [0, 0, 0, 0];
  for (const at of qw.keys()) {
    const one = [qw[at] ?? 0, qx[at] ?? 0, qy[at] ?? 0, qz[at] ?? 0];
    const side = one.reduce((dot, value, axis) => dot + value * (sum[axis] ?? 0), 0) < 0 ? -1 : 1;
    for (const [axis, value] of one.entries()) sum[axis] = (sum[axis] ?? 0) + side * value;
  }
  const length = Math.hypot(...sum);
  const [w = 1, x = 0, y = 0, z = 0] = sum.map((value) => value / length);
  return length > 0 ? [w, x, y, z] : null;
}

const isSteady = ({ unrest, outOfPose }: Stretch): boolean => unrest <= 1 && outOfPose.length === 0;

const isBetter = (one: Stretch, other: Stretch | null): boolean =>
  other === null ||
  one.outOfPose.length < other.outOfPose.length ||
  (one.outOfPose.length === other.outOfPose.length && one.unrest < other.unrest);

/** Most of the hand is where it was asked to be: a finger or two that cannot go there do not hold up the rest. */
const isGoodEnough = (stretch: Stretch, { channels }: Demand): boolean =>
  stretch.outOfPose.length * 2 < channels.length;

function guidanceFor(stretch: Stretch, demand: Demand): Guidance {
  const [astray] = stretch.outOfPose;
  if (astray !== undefined) return { code: demand.pose, finger: fingerOf(astray) };
  if (stretch.unrest <= 1) return { code: 'keep_holding', finger: null };
  const restless = demand.channels.filter(
    (name) => (stretch.deviations[name] ?? 0) > demand.limit(name, stretch.medians[name] ?? Number.NaN),
  );
  const [only] = restless;
  return { code: 'hold_still', finger: restless.length === 1 && only !== undefined ? fingerOf(only) : null };
}

/** Takes more readings. `held` is what the hand was like when it was held long enough, and null until then. */
export function hold(
  before: Hold,
  readings: Columns,
  dtUs: number,
  demand: Demand,
): { hold: Hold; held: Stretch | null } {
  const added = lengthOf(readings) * dtUs;
  const askedUs = before.askedUs + added;
  if (askedUs <= reactionUs) return { hold: { ...before, askedUs }, held: null };

  const window = Math.ceil(holdUs / dtUs) + 2;
  const columns = newest(joined(before.columns, readings), window);
  const now = newest(columns, Math.max(Math.ceil(momentUs / dtUs), 5));
  if (lengthOf(now) < 5) return { hold: { ...before, askedUs, columns }, held: null };

  const asked = (stretch: Columns, late = false) =>
    stretchOf(only(stretch, demand.channels), demand, dtUs, late);
  const moment = asked(now);
  const heldUs = isSteady(moment) ? before.heldUs + added : 0;
  const next: Hold = { ...before, askedUs, columns, heldUs, guidance: guidanceFor(moment, demand) };
  if (lengthOf(columns) < window) return { hold: next, held: null };

  const isBest = isBetter(asked(columns), before.best);
  const best = isBest ? stretchOf(columns, demand, dtUs) : before.best;
  if (isBest && best !== null && isSteady(best)) return { hold: { ...next, best }, held: best };
  const after = { ...next, best };
  if (askedUs < patienceUs) return { hold: after, held: null };
  if (best !== null && isGoodEnough(best, demand)) return { hold: after, held: best };
  const isLateInPose = isGoodEnough(asked(columns, true), demand);
  return { hold: after, held: isLateInPose ? stretchOf(columns, demand, dtUs, true) : null };
}
