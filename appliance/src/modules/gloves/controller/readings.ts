import type { CalibrationResult } from '../../../../contract/glove-calibration.ts';
import type { Steering } from '../../../../contract/glove-control.ts';
import { fingers, type Layout } from '../../../../contract/glove-frame.ts';
import { normaliser } from '../calibration/normaliser.ts';
import type { SampleBlock } from '../stream/sample-block.ts';

/** Physical value of a channel in the given sample of a block. */
export const reading = ({ layout, values }: SampleBlock, sample: number, column: number): number => {
  const channel = layout.channels[column];
  const raw = values[sample * layout.channels.length + column];
  return channel === undefined || raw === undefined ? Number.NaN : raw * channel.scale + channel.offset;
};

/** Columns of these channels; null unless the layout has them all. */
export function columnsOf({ channels }: Layout, names: readonly string[]): number[] | null {
  const columns = names.map((name) => channels.findIndex((channel) => channel.name === name));
  return columns.includes(-1) ? null : columns;
}

/** Whether the glove's own curls go from 0 to 1, more or less: it was calibrated elsewhere, or rescales itself. */
export const isScaled = ({
  calibrated,
  deviceAuto,
}: Pick<SampleBlock, 'calibrated' | 'deviceAuto'>): boolean => calibrated || deviceAuto;

/**
 * How far the hand, or one finger of it, is closed in each sample of a block: 0 open … 1 closed, not clipped. A glove
 * that is scaled by itself is taken at its word. Null where there is nothing to go by.
 */
export function closedness(
  by: Steering['by'],
  calibration: Pick<CalibrationResult, 'channels'> | null,
): (block: SampleBlock) => ((sample: number) => number) | null {
  const names: readonly string[] = by === 'hand' ? fingers : [by];
  const normalised = calibration === null ? () => undefined : normaliser(calibration);
  return (block) => {
    const value = isScaled(block) ? (_: string, physical: number) => physical : normalised;
    const used = block.layout.channels.flatMap(({ name }, column) =>
      names.includes(name) && value(name, 0) !== undefined ? [{ name, column }] : [],
    );
    if (used.length === 0) return null;
    return (sample) => {
      let sum = 0;
      for (const { name, column } of used) sum += value(name, reading(block, sample, column)) ?? 0;
      return sum / used.length;
    };
  };
}
