import type {
  CalibrationAction,
  CalibrationFailure,
  CalibrationPhase,
} from '../../../../contract/glove-calibration.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import {
  begin,
  type CalibrationRun,
  confirmsItselfMs,
  cyclesWanted,
  type HoldPhase,
  holds,
  isHold,
  isOver,
  movedFingers,
  phasesOf,
  silenceMs,
  watchedBy,
} from './calibration-run.ts';
import { isSameLayout } from './channels.ts';
import { demandOf } from './demands.ts';
import { driftBetween } from './drift.ts';
import { hold, interrupted, newHold } from './holding.ts';
import { isTold, judge } from './judging.ts';
import { cyclesOf, follow } from './moving.ts';
import { type Columns, columnsOf, newest, withoutSpikes } from './signals.ts';

/** After twice as often as is asked a finger that has not moved is not waited for. */
const cyclesAtMost = 2 * cyclesWanted;
/** Milliseconds. A phase that nobody gets through, a result that nobody looks at, a glove that is gone. */
const phaseLimitMs = 90_000;
const confirmLimitMs = 120_000;
const awayLimitMs = 30_000;
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
