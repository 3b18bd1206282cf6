import { fingers } from '../../../contract/glove-frame.ts';
import { createChance } from './chance.ts';
import {
  type Ability,
  answerAt,
  gamePhases,
  open,
  type Phase,
  type Plan,
  planPerformance,
  reachAt,
  reactionOf,
  splayAt,
  turnAt,
  usualAbility,
} from './performance-plan.ts';
import { type Progress, progressOf, type Stroke, strokeAt } from './strokes.ts';

export type Hand = 'left' | 'right';

/** A hand at one moment, as an ideal sensor would tell it. */
export interface Pose {
  /** Thumb first, 0 open … 1 fist. */
  readonly curls: Float64Array;
  splay: number;
  /** w, x, y, z. */
  readonly quaternion: Float64Array;
  /** rad/s. */
  readonly gyro: Float64Array;
  /** m/s², gravity included. */
  readonly acceleration: Float64Array;
  /** m/s², without gravity. */
  readonly linear: Float64Array;
}

export const aPose = (): Pose => ({
  curls: new Float64Array(5),
  splay: 0,
  quaternion: new Float64Array(4),
  gyro: new Float64Array(3),
  acceleration: new Float64Array(3),
  linear: new Float64Array(3),
});

export interface PerformanceOptions {
  readonly seed: number;
  readonly hand?: Hand;
  readonly ability?: Ability;
  readonly phases?: readonly Phase[];
}

/** What really happened, for whoever wants to know whether an analysis finds it. */
export interface Truth extends Pick<Plan, 'reactions' | 'steady' | 'poses'> {
  readonly hand: Hand;
  readonly ability: Ability;
  readonly reps: number;
  /** A minute, from the median time between the beginnings of two repetitions; null with fewer than two. */
  readonly cadence: number | null;
  /** Coefficient of variation of those times. */
  readonly regularity: number | null;
  readonly amplitudes: readonly number[];
  /** Per finger, the 95th minus the 5th percentile of the curl. */
  readonly rom: readonly number[];
  /** Of the shaking, all axes, rad/s. */
  readonly shakeRms: number;
  readonly shakeHz: number;
}

export interface Performance {
  readonly durationUs: number;
  /** The hand so many microseconds after it began; after its end it begins anew. */
  at(us: number, into: Pose): Pose;
  /**
   * A signal becomes visible so many microseconds after the hand began: it answers as soon as it can. Signals are seen
   * in the order of their time.
   */
  see(us: number): void;
  readonly truth: Truth;
}

const gravity = 9.80665;
/** A tremor is not one tone: three, a little apart, on each axis. */
const tones = [-0.35, 0, 0.35];

interface Tone {
  readonly rate: number;
  readonly phase: number;
  readonly amplitude: number;
}

/** A hand that plays. The same options give the same hand. */
export function createPerformance({
  seed,
  hand = 'right',
  ability = usualAbility,
  phases = gamePhases,
}: PerformanceOptions): Performance {
  const chance = createChance(seed);
  const plan = planPerformance(phases, ability, chance);
  const { strokes, durationUs } = plan;
  const lags = fingers.map((_, finger) =>
    finger === 0 ? 0 : finger * 4_000 + chance.between(-2_000, 2_000),
  );
  // A left hand turns the other way.
  const side = hand === 'left' ? -1 : 1;
  const axis = unit([side * 0.2, 0.15, side * 0.97]);
  const shaking: readonly (readonly Tone[])[] = [0, 1, 2].map(() =>
    tones.map((apart) => ({
      rate: 2 * Math.PI * (ability.shakeHz + apart),
      phase: chance.between(0, 2 * Math.PI),
      // The power of all tones of all axes together is the square of the root mean square.
      amplitude: ability.shakeRms * Math.sqrt(2 / (3 * tones.length)),
    })),
  );
  const progress: Progress = { way: 0, speed: 0, acceleration: 0 };
  const reactions = [...plan.reactions];
  const answers: Stroke[] = [];
  const answering = chance.fork();
  const moved = { splay: 0, turn: 0, turning: 0, reaching: 0 };

  /** Looks at the stroke of that time; undefined before the first. */
  function look(list: readonly Stroke[], atUs: number): Stroke | undefined {
    const one = list[strokeAt(list, atUs)];
    if (one !== undefined) progressOf(one, atUs, progress);
    return one;
  }
  const wayOf = (one: Stroke, place: number): number => (one.to[place] ?? 0) - (one.from[place] ?? 0);

  function curlAt(list: readonly Stroke[], finger: number, atUs: number): number {
    const one = look(list, atUs);
    if (one === undefined) return list === answers ? 0 : (open[finger] ?? 0);
    return (one.from[finger] ?? 0) + wayOf(one, finger) * progress.way;
  }

  function move(list: readonly Stroke[], atUs: number): void {
    const one = look(list, atUs);
    if (one === undefined) {
      if (list !== answers) moved.splay += open[splayAt] ?? 0;
      return;
    }
    moved.splay += (one.from[splayAt] ?? 0) + wayOf(one, splayAt) * progress.way;
    moved.turn += (one.from[turnAt] ?? 0) + wayOf(one, turnAt) * progress.way;
    moved.turning += wayOf(one, turnAt) * progress.speed;
    moved.reaching += wayOf(one, reachAt) * progress.acceleration;
  }

  function at(us: number, into: Pose): Pose {
    const now = ((us % durationUs) + durationUs) % durationUs;
    const seconds = us / 1e6;
    for (let finger = 0; finger < 5; finger += 1) {
      const lag = lags[finger] ?? 0;
      into.curls[finger] = curlAt(strokes, finger, now - lag) + curlAt(answers, finger, us - lag);
    }
    moved.splay = moved.turn = moved.turning = moved.reaching = 0;
    move(strokes, now);
    move(answers, us);
    const { turn, turning, reaching } = moved;
    into.splay = moved.splay;
    const { quaternion, gyro, acceleration, linear } = into;
    let [sin, cos] = [Math.sin(turn / 2), Math.cos(turn / 2)];
    quaternion[0] = cos;
    for (let one = 0; one < 3; one += 1) {
      let shake = 0;
      for (const { rate, phase, amplitude } of shaking[one] ?? [])
        shake += amplitude * Math.sin(rate * seconds + phase);
      const along = axis[one] ?? 0;
      quaternion[one + 1] = along * sin;
      gyro[one] = along * turning + shake;
      linear[one] = one === 1 ? reaching : 0;
    }
    // Up, as the hand sees it: turned back about the axis (Rodrigues).
    [sin, cos] = [Math.sin(-turn), Math.cos(-turn)];
    const [x = 0, y = 0, z = 0] = axis;
    const up = [y * sin + x * z * (1 - cos), -x * sin + y * z * (1 - cos), cos + z * z * (1 - cos)];
    for (let one = 0; one < 3; one += 1) acceleration[one] = gravity * (up[one] ?? 0) + (linear[one] ?? 0);
    return into;
  }

  function see(us: number): void {
    const last = answers.at(-1);
    const isFree = last === undefined ? us : last.startUs + last.durationUs;
    const startUs = Math.max(us + reactionOf(ability, answering) * 1000, isFree);
    reactions.push({ cueUs: us, reactionMs: (startUs - us) / 1000 });
    answers.push(...answerAt(startUs));
  }

  return { durationUs, at, see, truth: truthOf({ plan: { ...plan, reactions }, ability, hand, at }) };
}

function truthOf({
  plan,
  ability,
  hand,
  at,
}: {
  plan: Plan;
  ability: Ability;
  hand: Hand;
  at: Performance['at'];
}): Truth {
  const { reps, reactions, steady, poses } = plan;
  const intervals = reps.slice(1).map(({ startUs }, index) => startUs - (reps[index]?.startUs ?? 0));
  const mean = intervals.reduce((sum, one) => sum + one, 0) / intervals.length;
  const variance = intervals.reduce((sum, one) => sum + (one - mean) ** 2, 0) / intervals.length;
  return {
    hand,
    ability,
    ...{ reactions, steady, poses },
    reps: reps.length,
    cadence: intervals.length === 0 ? null : 60e6 / percentile(intervals, 0.5),
    regularity: intervals.length === 0 ? null : Math.sqrt(variance) / mean,
    amplitudes: reps.map(({ amplitude }) => amplitude),
    get rom() {
      return romOf(plan.durationUs, at);
    },
    shakeRms: ability.shakeRms,
    shakeHz: ability.shakeHz,
  };
}

/** Looked at a hundred times a second. */
function romOf(durationUs: number, at: Performance['at']): number[] {
  const pose = aPose();
  const seen: number[][] = fingers.map(() => []);
  for (let us = 0; us < durationUs; us += 10_000) {
    at(us, pose);
    for (const [finger, curls] of seen.entries()) curls.push(pose.curls[finger] ?? 0);
  }
  return seen.map((curls) => percentile(curls, 0.95) - percentile(curls, 0.05));
}

/** Linear between the two nearest. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((one) => one / length);
}
