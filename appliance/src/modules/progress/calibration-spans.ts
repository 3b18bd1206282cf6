import { type GloveCalibrationRow, normaliser, resultIn } from '../gloves/index.ts';
import type { Spans } from './analysis-task.ts';

/**
 * Between which readings a session's fingers move, by the calibration that it keeps (JSON of its row). A finger of
 * which that says nothing reliable has none.
 */
export function spansIn(calibration: string): Spans {
  const result = resultIn(JSON.parse(calibration) as GloveCalibrationRow);
  const normalised = normaliser(result);
  return Object.fromEntries(
    Object.entries(result.channels).flatMap(([name, { lo, hi }]) =>
      normalised(name, lo) === undefined ? [] : [[name, { lo, hi }]],
    ),
  );
}
