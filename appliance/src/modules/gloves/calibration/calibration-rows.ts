import type {
  CalibrationQuality,
  CalibrationResult,
  Drift,
  GloveCalibration,
  QualityReason,
} from '../../../../contract/glove-calibration.ts';
import { toMoment, toMomentOrNull } from '../../../platform/clock.ts';
import type { GloveCalibrationRow } from '../gloves-tables.ts';

interface Judged {
  readonly quality: CalibrationQuality;
  readonly reasons: QualityReason[];
}
interface StoredQuality extends Judged {
  readonly channels: Readonly<Record<string, Judged>>;
}
type Rest = Pick<CalibrationResult, 'gyro_bias' | 'pose'>;
type Readings = Readonly<Record<string, number>>;
type Measured = Pick<GloveCalibrationRow, 'lo' | 'hi' | 'quality' | 'rest'>;

/** A result as columns of its row. */
export function columnsFor({ channels, gyro_bias, pose, quality, reasons }: CalibrationResult): Measured {
  const each = <Value>(value: (channel: CalibrationResult['channels'][string]) => Value) =>
    Object.fromEntries(Object.entries(channels).map(([name, channel]) => [name, value(channel)]));
  const judged: StoredQuality = {
    quality,
    reasons,
    channels: each((channel) => ({ quality: channel.quality, reasons: channel.reasons })),
  };
  return {
    lo: JSON.stringify(each(({ lo }) => lo)),
    hi: JSON.stringify(each(({ hi }) => hi)),
    quality: JSON.stringify(judged),
    rest: JSON.stringify({ gyro_bias, pose } satisfies Rest),
  };
}

/** The result that a row holds. */
export function resultIn(row: Measured): CalibrationResult {
  const lo = JSON.parse(row.lo) as Readings;
  const hi = JSON.parse(row.hi) as Readings;
  const { quality, reasons, channels } = JSON.parse(row.quality) as StoredQuality;
  return {
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, judged]) => [
        name,
        { lo: lo[name] ?? 0, hi: hi[name] ?? 0, ...judged },
      ]),
    ),
    ...(JSON.parse(row.rest) as Rest),
    quality,
    reasons,
  };
}

export const calibrationView = (row: GloveCalibrationRow): GloveCalibration => ({
  id: row.id,
  glove: row.glove,
  player_id: row.player_id,
  hand: row.hand,
  method: 'guided',
  at: toMoment(row.at),
  ...resultIn(row),
  drift: row.drift === null ? null : (JSON.parse(row.drift) as Drift),
  checked_at: toMomentOrNull(row.checked_at),
});
