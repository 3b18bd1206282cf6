import type {
  CalibrationAction,
  CalibrationFailure,
  CalibrationKind,
  CalibrationPhase,
  CalibrationProgress,
  CalibrationResult,
  Drift,
  Guidance,
  GuidanceCode,
} from '../../../../contract/glove-calibration.ts';
import { fingers, type Layout } from '../../../../contract/glove-frame.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { isSameLayout, type Watched, watchedIn } from './channels.ts';
import { driftBetween } from './drift.ts';
import { type Demand, fingerOf, type Hold, hold, holdProgress, interrupted, newHold } from './holding.ts';
import { fistUnrest, isTold, judge, type Kept, openUnrest } from './judging.ts';
import { cyclesOf, follow, hasMoved, type Movements, rangeOf } from './moving.ts';
import { type Columns, columnsOf, newest, withoutSpikes } from './signals.ts';

/** The hand opens and closes so often; after twice as often a finger that has not moved is not waited for. */
const cyclesWanted = 3;
const cyclesAtMost = 6;
/** Milliseconds. A phase that nobody gets through, a result that nobody looks at, a glove that is gone. */
const phaseLimitMs = 90_000;
const confirmLimitMs = 120_000;
const awayLimitMs = 30_000;
/** Without a sample for so long a glove is waited for. */
const silenceMs = 1_500;
/** Nothing is wrong with a good result: it is confirmed when nobody did otherwise. */
const confirmsItselfMs = 5_000;
/** Shares of the range a finger moved over: how near its least reading an open one is, how far a fist is from it. */
const openShare = 0.25;
const fistShare = 0.6;
const acrossShare = 0.3;

/**
 * A calibration from its beginning to its end, as a value: each block of samples, each moment that passes and each
 * wish of a person makes the next one. Times are milliseconds of a clock that does not go back.
 */
export interface CalibrationRun {
  readonly kind: CalibrationKind;
  /** Of a check: the calibration that is checked. */
  readonly reference: CalibrationResult | null;
  readonly phase: CalibrationPhase;
  /** When the phase began. */
  readonly since: number;
  /** When the glove was heard last; null before it was. */
  readonly heardAt: number | null;
  readonly layout: Layout | null;
  /** Of the glove's numbering. */
  readonly run: string | null;
  readonly newest: Readonly<Record<string, number>>;
  /** The last readings, which the next need to be rid of spikes. */
  readonly tail: Columns;
  readonly movements: Movements;
  readonly hold: Hold;
  readonly kept: Kept;
  readonly result: CalibrationResult | null;
  readonly drift: Drift | null;
  readonly failure: CalibrationFailure | null;
  readonly failedIn: CalibrationPhase | null;
}

const holds = {
  hold_open: { keeps: 'open', pose: 'open_wider' },
  hold_fist: { keeps: 'fist', pose: 'close_tighter' },
  hold_thumb_across: { keeps: 'across', pose: 'thumb_across_palm' },
  hold_spread: { keeps: 'spread', pose: 'spread_fingers' },
} as const satisfies Partial<Record<CalibrationPhase, { keeps: keyof Kept; pose: GuidanceCode }>>;
type HoldPhase = keyof typeof holds;

const isHold = (phase: CalibrationPhase): phase is HoldPhase => Object.hasOwn(holds, phase);
export const isOver = (phase: CalibrationPhase): boolean =>
  phase === 'finished' || phase === 'cancelled' || phase === 'failed';

const nothingWatched: Watched = { curls: {}, splays: {} };
const watchedBy = ({ layout }: CalibrationRun): Watched =>
  layout === null ? nothingWatched : watchedIn(layout);

/** The phases that this run has, in their order. */
export function phasesOf(run: CalibrationRun): CalibrationPhase[] {
  if (run.kind === 'check') return ['raw', 'hold_open', 'finished'];
  const { curls, splays } = watchedBy(run);
  return [
    'raw',
    'move_fingers',
    'hold_open',
    'hold_fist',
    ...(run.layout === null || Object.hasOwn(curls, 'thumb') ? (['hold_thumb_across'] as const) : []),
    ...(Object.keys(splays).length > 0 ? (['hold_spread'] as const) : []),
    'await_confirm',
    'finished',
  ];
}

/** A whole calibration, or, with the one that is kept, a check of it. */
export const begin = (now: number, reference: CalibrationResult | null = null): CalibrationRun => ({
  kind: reference === null ? 'full' : 'check',
  reference,
  phase: 'raw',
  since: now,
  heardAt: null,
  layout: null,
  run: null,
  newest: {},
  tail: {},
  movements: {},
  hold: newHold({ pose: 'open_wider' }),
  kept: {},
  result: null,
  drift: null,
  failure: null,
  failedIn: null,
});

const failed = (run: CalibrationRun, failure: CalibrationFailure, now: number): CalibrationRun => ({
  ...run,
  phase: 'failed',
  since: now,
  failure,
  failedIn: run.phase,
});

/** The phase begins, and what it needs with it. */
function enter(run: CalibrationRun, phase: CalibrationPhase, now: number): CalibrationRun {
  const entered: CalibrationRun = {
    ...run,
    phase,
    since: now,
    failure: null,
    failedIn: null,
    result: null,
    hold: newHold({ pose: isHold(phase) ? holds[phase].pose : 'open_wider' }),
  };
  if (phase === 'move_fingers') return { ...entered, movements: {}, kept: {} };
  if (phase === 'await_confirm') {
    return { ...entered, result: judge(watchedBy(run), run.movements, run.kept) };
  }
  if (phase === 'finished' && run.reference !== null && run.kept.open !== undefined) {
    return { ...entered, drift: driftBetween(run.reference, run.kept.open.medians) };
  }
  return entered;
}

function next(run: CalibrationRun, now: number): CalibrationRun {
  const phases = phasesOf(run);
  return enter(run, phases[phases.indexOf(run.phase) + 1] ?? 'finished', now);
}

/** Fingers that moved far enough to be asked anything of. */
function movedFingers(run: CalibrationRun): string[] {
  const { curls } = watchedBy(run);
  return Object.entries(curls).flatMap(([name, fullScale]) =>
    hasMoved(run.movements[name], fullScale) ? [name] : [],
  );
}

function demandOf(run: CalibrationRun, phase: HoldPhase): Demand {
  const { pose } = holds[phase];
  const { reference } = run;
  if (reference !== null) {
    const span = (name: string) => spanOf(reference, name);
    return {
      pose,
      channels: Object.keys(watchedBy(run).curls).filter((name) => span(name) !== 0),
      limit: (name) => openUnrest * Math.abs(span(name)),
      isInPose: (name, middle) => (middle - (reference.channels[name]?.lo ?? 0)) / span(name) <= 0.5,
    };
  }
  const range = (name: string) => {
    const movement = run.movements[name];
    return movement === undefined ? 0 : rangeOf(movement);
  };
  const fromOpen = (name: string, middle: number) => middle - (run.kept.open?.medians[name] ?? middle);
  const isBent = (share: number) => (name: string, middle: number) =>
    Math.abs(fromOpen(name, middle)) >= share * range(name);
  const fistLimit = (name: string, middle: number) =>
    Math.max(fistUnrest * Math.abs(fromOpen(name, middle)), openUnrest * range(name));
  switch (phase) {
    case 'hold_open':
      return {
        pose,
        channels: movedFingers(run),
        limit: (name) => openUnrest * range(name),
        isInPose(name, middle, late) {
          const { least = 0, most = 0 } = run.movements[name] ?? {};
          const fromLeast = middle - least;
          return Math.min(fromLeast, late ? most - middle : fromLeast) <= openShare * range(name);
        },
      };
    case 'hold_fist':
      return { pose, channels: movedFingers(run), limit: fistLimit, isInPose: isBent(fistShare) };
    case 'hold_thumb_across':
      return {
        pose,
        channels: movedFingers(run).filter((name) => name === 'thumb'),
        limit: fistLimit,
        isInPose: isBent(acrossShare),
      };
    case 'hold_spread': {
      const { splays } = watchedBy(run);
      return {
        pose,
        channels: Object.keys(splays),
        limit: (name) => fistUnrest * (splays[name] ?? 1),
        isInPose: () => true,
      };
    }
    default:
      return phase satisfies never;
  }
}

const spanOf = ({ channels }: CalibrationResult, name: string): number => {
  const channel = channels[name];
  return channel !== undefined && isTold(channel) ? channel.hi - channel.lo : 0;
};

/** The glove sent samples: it is there, and the phase may go on, or be over. */
export function take(before: CalibrationRun, block: SampleBlock, now: number): CalibrationRun {
  if (isOver(before.phase) || block.count === 0) return before;
  if (block.deviceAuto) return failed({ ...before, heardAt: now }, 'glove_calibrates_itself', now);
  if (before.layout !== null && !isSameLayout(before.layout, block.layout)) {
    return failed(before, 'glove_changed', now);
  }
  const isInterrupted =
    block.run !== before.run ||
    block.lost > 0 ||
    (before.heardAt !== null && now - before.heardAt > silenceMs);
  const columns = columnsOf(block);
  const run: CalibrationRun = {
    ...before,
    heardAt: now,
    layout: block.layout,
    run: block.run,
    newest: Object.fromEntries(
      Object.entries(columns).map(([name, readings]) => [name, readings.at(-1) ?? 0]),
    ),
    tail: isInterrupted ? {} : before.tail,
    hold: isInterrupted ? interrupted(before.hold) : before.hold,
  };
  const { curls } = watchedBy(run);
  if (Object.keys(curls).length === 0) return failed(run, 'nothing_to_calibrate', now);
  if (run.phase === 'raw') return moved(next(run, now), columns, block.dtUs, now);
  if (run.phase === 'move_fingers') return moved(run, columns, block.dtUs, now);
  return isHold(run.phase) ? held(run, run.phase, columns, block.dtUs, now) : run;
}

function moved(run: CalibrationRun, readings: Columns, dtUs: number, now: number): CalibrationRun {
  if (run.phase !== 'move_fingers') return run;
  const { curls } = watchedBy(run);
  const columns = Object.fromEntries(
    Object.keys(curls).map((name) => [name, [...(run.tail[name] ?? []), ...(readings[name] ?? [])]]),
  );
  const movements = follow(run.movements, withoutSpikes(columns), dtUs, curls);
  const after = { ...run, movements, tail: newest(columns, 2) };
  const cycles = cyclesOf(movements);
  const isDone =
    movedFingers(after).length === Object.keys(curls).length
      ? cycles >= cyclesWanted
      : cycles >= cyclesAtMost;
  return isDone ? next(after, now) : after;
}

function held(
  run: CalibrationRun,
  phase: HoldPhase,
  readings: Columns,
  dtUs: number,
  now: number,
): CalibrationRun {
  const { hold: after, held: stretch } = hold(run.hold, readings, dtUs, demandOf(run, phase));
  if (stretch === null) return { ...run, hold: after };
  return next({ ...run, kept: { ...run.kept, [holds[phase].keeps]: stretch } }, now);
}

/** Time passed, with samples or without. */
export function tick(run: CalibrationRun, now: number): CalibrationRun {
  if (isOver(run.phase)) return run;
  const heardAt = run.heardAt ?? run.since;
  if (run.phase !== 'await_confirm') {
    if (now - heardAt >= awayLimitMs) return failed(run, 'glove_away', now);
    return now - run.since >= phaseLimitMs ? failed(run, 'timed_out', now) : run;
  }
  if (run.result?.quality === 'good' && now - run.since >= confirmsItselfMs) return enterFinished(run, now);
  return now - run.since >= confirmLimitMs ? failed(run, 'timed_out', now) : run;
}

/** What was found stays with it. */
const enterFinished = (run: CalibrationRun, now: number): CalibrationRun => ({
  ...run,
  phase: 'finished',
  since: now,
});

const skippable: ReadonlySet<CalibrationPhase> = new Set(['hold_thumb_across', 'hold_spread']);
const isHopeless = (failure: CalibrationFailure | null): boolean =>
  failure === 'glove_calibrates_itself' || failure === 'nothing_to_calibrate';

/** What a person may ask for now. */
export function allowedActions(run: CalibrationRun): CalibrationAction[] {
  const { phase, failure } = run;
  if (phase === 'finished' || phase === 'cancelled') return [];
  if (phase === 'failed' && isHopeless(failure)) {
    return failure === 'glove_calibrates_itself' ? ['save_travel', 'cancel'] : ['cancel'];
  }
  const canConfirm = phase === 'await_confirm' && Object.values(run.result?.channels ?? {}).some(isTold);
  return [
    ...(canConfirm ? (['confirm'] as const) : []),
    'retry',
    ...(skippable.has(phase) ? (['skip'] as const) : []),
    'cancel',
  ];
}

/**
 * A person's wish. Null when this is not the moment for it. `retry` begins the phase again that is under way or that
 * failed; after a fist that nobody recognised, and after a glove that changed, what came before is not believed either.
 */
export function act(run: CalibrationRun, action: CalibrationAction, now: number): CalibrationRun | null {
  if (!allowedActions(run).includes(action)) return null;
  switch (action) {
    case 'confirm':
      return enterFinished(run, now);
    case 'cancel':
      return { ...run, phase: 'cancelled', since: now };
    case 'skip':
      return next(run, now);
    case 'save_travel':
      return run;
    case 'retry':
      return retried(run, now);
    default:
      return action satisfies never;
  }
}

function retried(run: CalibrationRun, now: number): CalibrationRun {
  const waiting = { ...run, heardAt: null, tail: {} };
  const again = run.failedIn ?? run.phase;
  if (run.failure === 'glove_changed' || again === 'raw') {
    return { ...begin(now, run.reference), newest: {} };
  }
  if (again === 'await_confirm') return enter(waiting, 'move_fingers', now);
  return enter(waiting, run.phase === 'failed' && again === 'hold_fist' ? 'hold_open' : again, now);
}

/** What the guest is told, what matters most first. */
export function guidanceOf(run: CalibrationRun, now: number): Guidance[] {
  const whole = (code: GuidanceCode): Guidance[] => [{ code, finger: null }];
  if (isOver(run.phase)) return [];
  if (run.phase === 'await_confirm') return whole('look_at_result');
  if (run.heardAt === null || now - run.heardAt > silenceMs) return whole('wait_for_glove');
  if (run.phase !== 'move_fingers') return [run.hold.guidance];
  if (cyclesOf(run.movements) < cyclesWanted - 1) return whole('open_and_close');
  const { curls } = watchedBy(run);
  const moved = movedFingers(run);
  const still = Object.keys(curls).filter((name) => !moved.includes(name));
  return [
    ...still.map((name): Guidance => ({ code: 'finger_did_not_move', finger: fingerOf(name) })),
    ...whole('open_and_close'),
  ];
}

/** Of the phase, 0 to 1. */
export function progressOf(run: CalibrationRun): number {
  if (run.phase === 'finished') return 1;
  if (isHold(run.phase)) return holdProgress(run.hold);
  if (run.phase !== 'move_fingers') return 0;
  const all = Object.keys(watchedBy(run).curls).length;
  const share = all === 0 ? 0 : movedFingers(run).length / all;
  return Math.min(cyclesOf(run.movements) / cyclesWanted, 1) * share;
}

/** How long until a good result is confirmed by nobody; null where a person must. */
export const confirmsItselfIn = (run: CalibrationRun, now: number): number | null =>
  run.phase === 'await_confirm' && run.result?.quality === 'good'
    ? Math.max(confirmsItselfMs - (now - run.since), 0)
    : null;

/** Each finger as a bar: from what was read of an open hand, or the least, to what was read of a closed one. */
export function barsOf(run: CalibrationRun): CalibrationProgress['fingers'] {
  const { curls } = watchedBy(run);
  return fingers.flatMap((finger) => {
    const fullScale = curls[finger];
    const value = run.newest[finger];
    if (fullScale === undefined || value === undefined) return [];
    const movement = run.movements[finger];
    const told = run.reference?.channels[finger] ?? run.result?.channels[finger];
    const low = told?.lo ?? run.kept.open?.medians[finger] ?? movement?.least ?? 0;
    const high = told?.hi ?? run.kept.fist?.medians[finger] ?? farEnd(movement, low) ?? fullScale;
    const position = high === low ? 0 : (value - low) / (high - low);
    return [{ finger, value, low, high, position, moved: hasMoved(movement, fullScale) }];
  });
}

/** The end of what was read that is further from the open hand. */
function farEnd(movement: { least: number; most: number } | undefined, low: number): number | undefined {
  if (movement === undefined || movement.most === movement.least) return undefined;
  return low - movement.least > movement.most - low ? movement.least : movement.most;
}
