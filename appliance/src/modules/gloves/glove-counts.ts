import type { GloveCounts, GloveWire, WireCounts } from '../../../contract/gloves.ts';
import { GloveWire as GloveWires } from '../../../contract/gloves.ts';

/** How many of each code. */
export type ByCode = Map<string, number>;

export const addTo = (counts: ByCode, code: string, more = 1): void => {
  counts.set(code, (counts.get(code) ?? 0) + more);
};
export const asRecord = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
export const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

interface Tally {
  accepted: number;
  bootLines: number;
  readonly rejected: ByCode;
}
const emptyTally = (): Tally => ({ accepted: 0, bootLines: 0, rejected: new Map() });
const countsOf = ({ accepted, bootLines, rejected }: Tally): WireCounts => ({
  accepted,
  rejected: sumOf(rejected),
  rejected_by_code: asRecord(rejected),
  boot_lines: bootLines,
});

/** What came from all gloves since the appliance started, by format. */
export function createGloveCounts() {
  const wires = new Map<GloveWire, Tally>();
  const unknown = emptyTally();
  const cut: ByCode = new Map();
  const tallyOf = (wire: GloveWire | null): Tally => {
    if (wire === null) return unknown;
    const known = wires.get(wire);
    if (known !== undefined) return known;
    const tally = emptyTally();
    wires.set(wire, tally);
    return tally;
  };
  return {
    accepted(wire: GloveWire, count: number): void {
      tallyOf(wire).accepted += count;
    },
    rejected: (wire: GloveWire | null, code: string, count = 1) => addTo(tallyOf(wire).rejected, code, count),
    bootLines(wire: GloveWire | null, count: number): void {
      tallyOf(wire).bootLines += count;
    },
    cut: (reason: string) => addTo(cut, reason),
    /** Formats that were spoken, and what came before one was recognised. */
    view: (): GloveCounts => ({
      wires: Object.fromEntries(
        GloveWires.options.flatMap((wire) => {
          const tally = wires.get(wire);
          return tally === undefined ? [] : [[wire, countsOf(tally)]];
        }),
      ),
      unknown: countsOf(unknown),
      connections_cut: asRecord(cut),
    }),
  };
}
export type GloveTally = ReturnType<typeof createGloveCounts>;
