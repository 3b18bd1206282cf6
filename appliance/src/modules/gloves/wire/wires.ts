import { readAlpha } from './alpha.ts';
import { createCsvWire, csvWireOf, csvWires } from './csv.ts';
import { readLegacy } from './legacy.ts';
import type { LineWire } from './line-wire.ts';
import { createAlphaWire, createLegacyWire, type LucidOptions } from './lucid-wire.ts';

export const lineWires = ['alpha', 'legacy', ...csvWires] as const;
export type LineWireName = (typeof lineWires)[number];
/** Formats that gloves speak. */
export const wires = ['frame', ...lineWires] as const;
export type Wire = (typeof wires)[number];

export function createLineWire(name: LineWireName, options: LucidOptions): LineWire {
  if (name === 'alpha') return createAlphaWire(options);
  return name === 'legacy' ? createLegacyWire(options) : createCsvWire(name);
}

/** Of LucidGloves' formats, whose firmware rescales itself unless it was built not to. */
export const isDeviceAuto = (wire: Wire, { deviceAuto = true }: LucidOptions): boolean =>
  (wire === 'alpha' || wire === 'legacy') && deviceAuto;

/** The wire that a line is a good one of; no line is of two. */
export function wireOf(line: string): LineWireName | null {
  if (line.includes('&')) return readLegacy(line) === null ? null : 'legacy';
  if (line.includes(',')) return csvWireOf(line);
  const alpha = readAlpha(line);
  return alpha?.analog.some((value) => value >= 0) ? 'alpha' : null;
}
