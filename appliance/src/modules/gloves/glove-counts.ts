import type { GloveCounts, GloveWire, WireCounts } from '../../../contract/gloves.ts';
import { GloveWire as GloveWires } from '../../../contract/gloves.ts';

/** How many of each code. */
export type ByCode = Map<string, number>;

export const addTo = (counts: ByCode, code: string, more = 1): void => {
  counts.set(code, (counts.get(code) ?? 0) + more);
};
export const addAll = (counts: ByCode, more: ReadonlyMap<string, number>): void => {
  for (const [code, count] of more) addTo(counts, code, count);
};

/** What came is no sample, and nobody did anything wrong. */
const harmless: ReadonlySet<string> = new Set([
  'line_first',
  'line_boot',
  'line_chatter',
  'frame_first',
  'finger_unmoved',
]);

/** What was not taken: what was rejected, and what was passed over. */
export function judged(counts: ReadonlyMap<string, number>) {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const rejected = sorted.filter(([code]) => !harmless.has(code));
  return {
    rejected: rejected.reduce((sum, [, count]) => sum + count, 0),
    rejected_by_code: Object.fromEntries(rejected),
    passed_over: Object.fromEntries(sorted.filter(([code]) => harmless.has(code))),
  };
}

/** Of one glove, one format, or one connection. */
export interface Tally {
  accepted: number;
  readonly codes: ByCode;
}
export const emptyTally = (): Tally => ({ accepted: 0, codes: new Map() });
export function addTally(to: Tally, { accepted, codes }: { accepted: number; codes: ReadonlyMap<string, number> }) {
  to.accepted += accepted;
  addAll(to.codes, codes);
}

const countsOf = ({ accepted, codes }: Tally): WireCounts => ({ accepted, ...judged(codes) });

/** What came from all gloves since the appliance started, by format; null stands for one that was not recognised. */
export type Tallies = Map<GloveWire | null, Tally>;

export function tallyOf(tallies: Tallies, wire: GloveWire | null): Tally {
  const known = tallies.get(wire);
  if (known !== undefined) return known;
  const tally = emptyTally();
  tallies.set(wire, tally);
  return tally;
}

export const countsView = (tallies: Tallies, cut: ReadonlyMap<string, number>): GloveCounts => ({
  wires: Object.fromEntries(
    GloveWires.options.flatMap((wire) => {
      const tally = tallies.get(wire);
      return tally === undefined ? [] : [[wire, countsOf(tally)]];
    }),
  ),
  unknown: countsOf(tallies.get(null) ?? emptyTally()),
  connections_cut: Object.fromEntries(cut),
});
