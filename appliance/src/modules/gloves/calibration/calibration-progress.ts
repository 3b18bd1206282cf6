import type { CalibrationProgress, Guidance, GuidanceCode } from '../../../../contract/glove-calibration.ts';
import { fingers } from '../../../../contract/glove-frame.ts';
import {
  type CalibrationRun,
  confirmsItselfMs,
  cyclesWanted,
  isHold,
  isOver,
  movedFingers,
  silenceMs,
  watchedBy,
} from './calibration-run.ts';
import { fingerOf, holdProgress } from './holding.ts';
import { cyclesOf, hasMoved } from './moving.ts';

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
