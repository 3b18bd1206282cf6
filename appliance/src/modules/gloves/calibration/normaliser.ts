import type { CalibrationResult } from '../../../../contract/glove-calibration.ts';
import { isTold } from './judging.ts';

/**
 * Physical readings of a channel → 0 for the open hand, 1 for the closed one. It is not clipped: a finger may go
 * further than it was calibrated, and games that mind that clip it. Undefined for a channel that was not calibrated, or
 * whose open and closed hand are too close to each other to tell anything between them.
 */
export function normaliser({ channels }: Pick<CalibrationResult, 'channels'>) {
  const spans = new Map(
    Object.entries(channels).flatMap(([name, channel]) =>
      isTold(channel) && channel.hi !== channel.lo ? [[name, channel] as const] : [],
    ),
  );
  return (channel: string, reading: number): number | undefined => {
    const span = spans.get(channel);
    return span === undefined ? undefined : (reading - span.lo) / (span.hi - span.lo);
  };
}
