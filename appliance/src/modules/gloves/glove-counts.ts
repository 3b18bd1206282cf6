import type { GloveCounts, WireCounts } from '../../../contract/gloves.ts';
import { GloveWire } from '../../../contract/gloves.ts';

/** How many of each code. */
export type ByCode = Map<string, number>;

export const addTo = (counts: ByCode, code: string, more = 1): void => {
  counts.set(code, (counts.get(code) ?? 0) + more);
};

/** What came of a glove, of a format, or on a connection. */
export interface Tally {
  /** Lines or frames that became samples. */
  accepted: number;
  samples: number;
  /** Samples that were sent and did not come. */
  lost: number;
  /** Frames that had come before. */
  repeated: number;
  runs: number;
  /** Lines and frames that did not become samples. */
  readonly codes: ByCode;
}
export const emptyTally = (): Tally => ({
  accepted: 0,
  samples: 0,
  lost: 0,
  repeated: 0,
  runs: 0,
  codes: new Map(),
});

export function addTally(to: Tally, more: Tally): Tally {
  to.accepted += more.accepted;
  to.samples += more.samples;
  to.lost += more.lost;
  to.repeated += more.repeated;
  to.runs += more.runs;
  for (const [code, count] of more.codes) addTo(to.codes, code, count);
  return to;
}

/** What came is no sample, and nobody did anything wrong. */
const harmless: ReadonlySet<string> = new Set([
  'line_first',
  'line_boot',
  'line_chatter',
  'frame_first',
  'frame_repeated',
  'finger_unmoved',
]);

/** What was not taken: what was rejected, and what was passed over. */
export function judged(counts: ReadonlyMap<string, number>) {
  const sorted = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const rejected = sorted.filter(([code]) => !harmless.has(code));
  return {
    rejected: rejected.reduce((sum, [, count]) => sum + count, 0),
    rejected_by_code: Object.fromEntries(rejected),
    passed_over: Object.fromEntries(sorted.filter(([code]) => harmless.has(code))),
  };
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
    GloveWire.options.flatMap((wire) => {
      const tally = tallies.get(wire);
      return tally === undefined ? [] : [[wire, countsOf(tally)]];
    }),
  ),
  unknown: countsOf(tallies.get(null) ?? emptyTally()),
  connections_cut: Object.fromEntries(cut),
});
