import type {
  CalibrationQuality,
  CalibrationResult,
  ChannelCalibration,
  QualityReason,
} from '../../../../contract/glove-calibration.ts';
import type { Watched } from './channels.ts';
import type { Stretch } from './holding.ts';
import { hasMoved, isWide, type Movements, rangeOf } from './moving.ts';

/** Standard deviation of a held finger, as a share of its range. */
export const openUnrest = 0.02;
export const fistUnrest = 0.05;
/** So unsteady, the middle of it is no open hand and no fist any more. */
const openBlur = 0.1;
const fistBlur = 0.15;
/** A fist that reaches less of what the finger reached while it moved was not a whole one. */
const wholeFist = 0.6;
/** With fewer fingers to rely on there is no hand to speak of. */
const leastFingers = 3;

/** What was held, as far as it was. */
export interface Kept {
  readonly open?: Stretch;
  readonly fist?: Stretch;
  readonly across?: Stretch;
  readonly spread?: Stretch;
}

const at = (stretch: Stretch | undefined, channel: string): number | undefined => stretch?.medians[channel];

/** The thumb is most bent across the palm, where the hand has that phase and the thumb went further. */
function closedAt(kept: Kept, finger: string, lo: number): number {
  const fist = at(kept.fist, finger) ?? lo;
  const across = finger === 'thumb' ? at(kept.across, finger) : undefined;
  return across !== undefined && Math.abs(across - lo) > Math.abs(fist - lo) ? across : fist;
}

const spoils: ReadonlySet<QualityReason> = new Set(['did_not_move', 'range_too_small']);

function judgedFinger(
  finger: string,
  fullScale: number,
  movements: Movements,
  kept: Kept,
): ChannelCalibration {
  const movement = movements[finger];
  const lo = at(kept.open, finger) ?? movement?.least ?? 0;
  const hi = closedAt(kept, finger, lo);
  const range = Math.abs(hi - lo);
  const openShare = (kept.open?.deviations[finger] ?? 0) / range;
  const fistShare = (kept.fist?.deviations[finger] ?? 0) / range;
  if (!hasMoved(movement, fullScale)) return { lo, hi, quality: 'poor', reasons: ['did_not_move'] };
  if (!isWide(range, fullScale)) return { lo, hi, quality: 'poor', reasons: ['range_too_small'] };
  const reasons: QualityReason[] = [];
  if (openShare > openUnrest) reasons.push('open_not_steady');
  if (fistShare > fistUnrest) reasons.push('fist_not_steady');
  if (movement !== undefined && range < wholeFist * rangeOf(movement)) reasons.push('not_fully_closed');
  const isBlurred = openShare > openBlur || fistShare > fistBlur;
  return { lo, hi, quality: isBlurred ? 'poor' : reasons.length > 0 ? 'usable' : 'good', reasons };
}

function judgedSplay(splay: string, fullScale: number, kept: Kept): [string, ChannelCalibration][] {
  const lo = at(kept.open, splay);
  const hi = at(kept.spread, splay);
  if (lo === undefined || hi === undefined) return [];
  const isGood = isWide(hi - lo, fullScale);
  return [[splay, { lo, hi, quality: isGood ? 'good' : 'poor', reasons: isGood ? [] : ['range_too_small'] }]];
}

/** Whether values of the channel can be told at all: the open and the closed hand are apart. */
export const isTold = ({ reasons }: ChannelCalibration): boolean =>
  !reasons.some((reason) => spoils.has(reason));

function overall(fingers: readonly ChannelCalibration[]): Pick<CalibrationResult, 'quality' | 'reasons'> {
  const reasons = [...new Set(fingers.flatMap((finger) => finger.reasons))];
  const reliable = fingers.filter(({ quality }) => quality !== 'poor').length;
  if (reliable < Math.min(leastFingers, fingers.length)) {
    return { quality: 'poor', reasons: [...reasons, 'few_fingers'] };
  }
  const quality: CalibrationQuality = fingers.every((finger) => finger.quality === 'good')
    ? 'good'
    : 'usable';
  return { quality, reasons };
}

/** What a run through the phases comes to. */
export function judge({ curls, splays }: Watched, movements: Movements, kept: Kept): CalibrationResult {
  const fingers = Object.entries(curls).map(
    ([finger, fullScale]) => [finger, judgedFinger(finger, fullScale, movements, kept)] as const,
  );
  const spread = Object.entries(splays).flatMap(([splay, fullScale]) => judgedSplay(splay, fullScale, kept));
  const { gyroBias = null, orientation = null } = kept.open ?? {};
  return {
    channels: Object.fromEntries([...fingers, ...spread]),
    gyro_bias: gyroBias === null ? null : [...gyroBias],
    pose: orientation === null ? null : [...orientation],
    ...overall(fingers.map(([, finger]) => finger)),
  };
}
