import type {
  CalibrationFailure,
  CalibrationKind,
  CalibrationPhase,
  CalibrationResult,
  Drift,
  GuidanceCode,
} from '../../../../contract/glove-calibration.ts';
import type { Layout } from '../../../../contract/glove-frame.ts';
import { type Watched, watchedIn } from './channels.ts';
import { type Hold, newHold } from './holding.ts';
import type { Kept } from './judging.ts';
import { hasMoved, type Movements } from './moving.ts';
import type { Columns } from './signals.ts';

/** The hand opens and closes so often. */
export const cyclesWanted = 3;
/** Milliseconds. Without a sample for so long a glove is waited for. */
export const silenceMs = 1_500;
/** Nothing is wrong with a good result: it is confirmed when nobody did otherwise. */
export const confirmsItselfMs = 5_000;

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

export const holds = {
  hold_open: { keeps: 'open', pose: 'open_wider' },
  hold_fist: { keeps: 'fist', pose: 'close_tighter' },
  hold_thumb_across: { keeps: 'across', pose: 'thumb_across_palm' },
  hold_spread: { keeps: 'spread', pose: 'spread_fingers' },
} as const satisfies Partial<Record<CalibrationPhase, { keeps: keyof Kept; pose: GuidanceCode }>>;
export type HoldPhase = keyof typeof holds;

export const isHold = (phase: CalibrationPhase): phase is HoldPhase => Object.hasOwn(holds, phase);
export const isOver = (phase: CalibrationPhase): boolean =>
  phase === 'finished' || phase === 'cancelled' || phase === 'failed';

const nothingWatched: Watched = { curls: {}, splays: {} };
export const watchedBy = ({ layout }: CalibrationRun): Watched =>
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

/** Fingers that moved far enough to be asked anything of. */
export function movedFingers(run: CalibrationRun): string[] {
  const { curls } = watchedBy(run);
  return Object.entries(curls).flatMap(([name, fullScale]) =>
    hasMoved(run.movements[name], fullScale) ? [name] : [],
  );
}
