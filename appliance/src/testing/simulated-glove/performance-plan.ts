import type { Chance } from './chance.ts';
import { inOneGo, inParts, type Stroke, type SubMovement } from './strokes.ts';

/** How well a hand does, in the units of the metrics. */
export interface Ability {
  /** Of the curl, that a repetition goes through: 0..1. */
  readonly range: number;
  /** Repetitions a minute. */
  readonly cadence: number;
  /** Coefficient of variation of the time between repetitions. */
  readonly irregularity: number;
  /** Share of the range that each repetition loses. */
  readonly fatigue: number;
  /** Movements that a stroke is made of, on average; 1 is as smooth as can be. */
  readonly subMovements: number;
  /** Probability that a repetition waits for more than twice its time. */
  readonly hesitation: number;
  /** Root mean square of what the hand shakes, all axes, rad/s. */
  readonly shakeRms: number;
  readonly shakeHz: number;
  readonly reactionMs: number;
  readonly reactionSpreadMs: number;
}

export const usualAbility: Ability = {
  range: 0.85,
  cadence: 55,
  irregularity: 0.06,
  fatigue: 0.004,
  subMovements: 1.4,
  hesitation: 0,
  shakeRms: 0.06,
  shakeHz: 6,
  reactionMs: 320,
  reactionSpreadMs: 45,
};

export type HeldPose = 'open' | 'fist' | 'thumb_across' | 'spread';

export type Phase =
  | { readonly do: 'rest' | 'hold_steady'; readonly seconds: number }
  | { readonly do: 'reps'; readonly count: number }
  | { readonly do: 'cues'; readonly count: number }
  | { readonly do: 'pose'; readonly pose: HeldPose; readonly seconds: number };

/** A turn at the glove seat: about three quarters of a minute. */
export const gamePhases: readonly Phase[] = [
  { do: 'rest', seconds: 1 },
  { do: 'reps', count: 20 },
  { do: 'hold_steady', seconds: 6 },
  { do: 'cues', count: 8 },
  { do: 'rest', seconds: 1 },
];

/** What a guest is led through before: fingers are moved, and held flat, closed, across and apart. */
export const calibrationPhases: readonly Phase[] = [
  { do: 'rest', seconds: 1 },
  { do: 'pose', pose: 'fist', seconds: 0.6 },
  { do: 'pose', pose: 'open', seconds: 0.6 },
  { do: 'pose', pose: 'fist', seconds: 0.6 },
  { do: 'pose', pose: 'open', seconds: 0.6 },
  { do: 'pose', pose: 'fist', seconds: 0.6 },
  { do: 'pose', pose: 'open', seconds: 3 },
  { do: 'pose', pose: 'fist', seconds: 3 },
  { do: 'pose', pose: 'thumb_across', seconds: 3 },
  { do: 'pose', pose: 'spread', seconds: 3 },
  { do: 'pose', pose: 'open', seconds: 3 },
];

export interface Repetition {
  readonly startUs: number;
  readonly amplitude: number;
}

export interface PlannedPose {
  readonly pose: HeldPose;
  readonly fromUs: number;
  readonly toUs: number;
}

export interface Plan {
  readonly strokes: readonly Stroke[];
  readonly durationUs: number;
  readonly reps: readonly Repetition[];
  /** Cues, and how long after each the hand began to move. */
  readonly reactions: readonly { readonly cueUs: number; readonly reactionMs: number }[];
  readonly steady: readonly { readonly fromUs: number; readonly toUs: number }[];
  /** Held poses, without the way there. */
  readonly poses: readonly PlannedPose[];
}

/** Places of a hand: five curls, thumb first, the splay, the turn of the wrist in rad, and the reach in m. */
export const splayAt = 5;
export const turnAt = 6;
export const reachAt = 7;

/** Hands do not lie quite flat when they rest. */
const openCurl = 0.04;
const held: Readonly<Record<HeldPose, readonly number[]>> = {
  open: [0, 0, 0, 0, 0, 0.3, 0, 0],
  fist: [1, 1, 1, 1, 1, 0, 0, 0],
  thumb_across: [1, 0, 0, 0, 0, 0.3, 0, 0],
  spread: [0, 0, 0, 0, 0, 1, 0, 0],
};
/** Where every hand begins. */
export const open = [...Array<number>(5).fill(openCurl), 0.3, 0, 0];
const steadyCurl = 0.3;
/** Whoever reacts closes the hand half way: no repetition. */
const reactionCurl = 0.5;
const reactionWayUs = { there: 320_000, back: 450_000 };
const fastestReactionMs = 150;
const poseWayUs = 400_000;

const closed = (curl: number): number[] => [...Array<number>(5).fill(curl), 0, 0.5 * curl, 0.05 * curl];

/** How long after a signal the hand sets out, milliseconds. */
export const reactionOf = (
  { reactionMs, reactionSpreadMs }: Pick<Ability, 'reactionMs' | 'reactionSpreadMs'>,
  chance: Chance,
): number => Math.max(fastestReactionMs, reactionMs + reactionSpreadMs * chance.gaussian());

/** An answer to a signal, as it comes on top of what the hand does anyway. */
export function answerAt(startUs: number): readonly [Stroke, Stroke] {
  const [still, reach] = [
    open.map(() => 0),
    closed(reactionCurl).map((to, place) => to - (open[place] ?? 0)),
  ];
  const { there, back } = reactionWayUs;
  return [
    { startUs, durationUs: there, from: still, to: reach, parts: inOneGo },
    { startUs: startUs + there, durationUs: back, from: reach, to: still, parts: inOneGo },
  ];
}

/** Plans when a hand goes where. */
export function planPerformance(phases: readonly Phase[], ability: Ability, chance: Chance): Plan {
  const strokes: Stroke[] = [];
  const reps: Repetition[] = [];
  const reactions: Plan['reactions'][number][] = [];
  const steady: Plan['steady'][number][] = [];
  const poses: PlannedPose[] = [];
  let now = 0;
  let place: readonly number[] = open;

  function go(to: readonly number[], durationUs: number, parts: readonly SubMovement[] = inOneGo): void {
    strokes.push({ startUs: now, durationUs, from: place, to, parts });
    place = to;
    now += durationUs;
  }
  const parts = () => inParts(Math.max(1, Math.round(ability.subMovements + 0.35 * chance.gaussian())));

  function repeat(count: number): void {
    for (let rep = 0; rep < count; rep += 1) {
      const spread = Math.max(0.5, 1 + ability.irregularity * chance.gaussian());
      const intervalUs = Math.round((60e6 / ability.cadence) * spread);
      const amplitude = ability.range * (1 - ability.fatigue) ** rep;
      const startUs = now;
      reps.push({ startUs, amplitude });
      go(closed(openCurl + amplitude), Math.round(intervalUs * 0.42), parts());
      go(open, Math.round(intervalUs * 0.42), parts());
      const waits = chance.happens(ability.hesitation) ? chance.between(1.6, 2.4) : 0;
      now = startUs + Math.round(intervalUs * (1 + waits));
    }
  }

  function react(count: number): void {
    for (let cue = 0; cue < count; cue += 1) {
      now += Math.round(chance.between(800_000, 1_500_000));
      const reactionMs = reactionOf(ability, chance);
      reactions.push({ cueUs: now, reactionMs });
      now += Math.round(reactionMs * 1000);
      go(closed(reactionCurl), reactionWayUs.there);
      go(open, reactionWayUs.back);
    }
  }

  for (const phase of phases) {
    if (phase.do === 'rest') now += phase.seconds * 1e6;
    else if (phase.do === 'reps') repeat(phase.count);
    else if (phase.do === 'cues') react(phase.count);
    else if (phase.do === 'pose') {
      go(held[phase.pose], poseWayUs);
      poses.push({ pose: phase.pose, fromUs: now, toUs: now + phase.seconds * 1e6 });
      now += phase.seconds * 1e6;
    } else {
      go([...Array<number>(5).fill(steadyCurl), 0.3, 0, 0], 600_000);
      steady.push({ fromUs: now, toUs: now + phase.seconds * 1e6 });
      now += phase.seconds * 1e6;
      go(open, 600_000);
    }
  }
  if (place !== open) go(open, poseWayUs);
  return { strokes, durationUs: now, reps, reactions, steady, poses };
}
