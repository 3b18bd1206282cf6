import type { GloveHealth } from '../../../../appliance/contract/gloves.ts';
import type { GloveCounted } from './glove-program.ts';

/** What the appliance says that it had of a glove. */
export type GloveTold = Pick<GloveHealth, 'samples' | 'lost' | 'duplicates' | 'rejected'>;

/** Seconds at the beginning and the end of a glove's life of which the venue cannot know what it missed. */
const edgeSeconds = 5;
/** A line that is damaged may spoil the next one; the first line of a connection is thrown away. */
const spoilt = { perDamage: 2, perRun: 8 };

/** How what is told differs from what a glove did, a sentence each; none when all is accounted for. */
export function gloveDisagreements(known: GloveCounted, told: GloveTold): string[] {
  const found = isNumbered(known) ? numbered(known, told) : unnumbered(known, told);
  return found.map((sentence) => `${known.name}: ${sentence}`);
}

export const isNumbered = ({ format }: Pick<GloveCounted, 'format'>): boolean =>
  format === 'frame' || format === 'cobs';

/**
 * Every sample has a number: it is there, or known to be missing, unless its loss was the last or first of a life. What
 * a fault has made of numbers and times themselves, nobody can count: then only what came is held against what was sent.
 */
function numbered(known: GloveCounted, told: GloveTold): string[] {
  const sent = known.arriving - known.unsent + changedSamples(known);
  const unaccounted = known.samples - told.samples - told.lost;
  const edges = isUntroubled(known) ? 0 : edgeSeconds * known.rateHz * known.runs + known.unsent;
  return [
    ...(told.samples > sent ? [`${told.samples} samples are said to have come, and ${sent} were sent`] : []),
    ...(areNumbersTrue(known) && unaccounted < 0
      ? [
          `${told.samples} samples came and ${told.lost} are called lost: more than the ${known.samples} there were`,
        ]
      : []),
    ...(unaccounted > edges
      ? [
          `of ${known.samples} samples ${told.samples} came and ${told.lost} are called lost: ${unaccounted} are missing`,
        ]
      : []),
  ];
}

/** A frame over MQTT has no checksum of its own: with a bit changed it is still a frame. */
const changedSamples = ({ format, faults }: GloveCounted): number =>
  format === 'frame' ? faults.flipped.samples : 0;
const areNumbersTrue = (known: GloveCounted): boolean =>
  changedSamples(known) === 0 && known.faults.clockSteps === 0;

/** A line without number or checksum: what is damaged is rejected, or is by chance still a line. */
function unnumbered(known: GloveCounted, told: GloveTold): string[] {
  const { torn, deleted, flipped, garbled, duplicated, replayed } = known.faults;
  const damaged = torn.packets + deleted.packets + flipped.packets + garbled.packets;
  const sent = known.arriving - known.unsent;
  const most = sent + damaged + duplicated.samples + replayed.samples;
  // Before its fingers have moved a glove that rescales itself says nothing.
  const settling = edgeSeconds * known.rateHz * known.runs;
  const fewest = sent - damaged * spoilt.perDamage - known.runs * spoilt.perRun - settling;
  return [
    ...(told.samples > most ? [`${told.samples} lines are said to have come, and ${most} were sent`] : []),
    ...(told.samples < fewest ? [`${sent} lines were sent in one piece, and ${told.samples} came`] : []),
  ];
}

const isUntroubled = ({ runs, unsent, faults }: GloveCounted): boolean =>
  runs === 1 &&
  unsent === 0 &&
  faults.clockSteps === 0 &&
  faults.lost.samples + faults.torn.samples + faults.garbled.samples + faults.dropout.samples === 0 &&
  faults.deleted.samples + faults.flipped.samples === 0;

export interface GlovesTold {
  readonly measured: number;
  /** Taken in by the venue, each once. */
  readonly accepted: number;
  /** Of what was numbered, as the venue counts it. */
  readonly lost: number;
  readonly rejected: number;
  readonly duplicates: number;
  /** Gloves of which a fault has changed numbers or times, so that what was lost of them cannot be counted. */
  readonly uncounted: number;
  /** What was done to samples, by fault. */
  readonly faults: Readonly<Record<string, number>>;
  readonly disagreements: readonly string[];
}

/** All gloves together. `toldOf` is undefined for a glove that the venue does not know. */
export function glovesTold(
  known: readonly GloveCounted[],
  toldOf: (name: string) => GloveTold | undefined,
): GlovesTold {
  const faults: Record<string, number> = {};
  const sum = { measured: 0, accepted: 0, lost: 0, rejected: 0, duplicates: 0, uncounted: 0 };
  const disagreements: string[] = [];
  for (const one of known) {
    for (const [what, happened] of Object.entries(one.faults)) {
      const times = typeof happened === 'number' ? happened : happened.samples;
      if (times > 0) faults[what] = (faults[what] ?? 0) + times;
    }
    if (one.unsent > 0) faults['unsent'] = (faults['unsent'] ?? 0) + one.unsent;
    sum.measured += one.samples;
    if (isNumbered(one) && !areNumbersTrue(one)) sum.uncounted += 1;
    const told = toldOf(one.name);
    if (told === undefined) {
      if (one.samples > 0) disagreements.push(`${one.name}: nothing came of its ${one.samples} samples`);
      continue;
    }
    sum.accepted += told.samples;
    // Of a line without numbers the venue can only say for how long nothing came.
    if (isNumbered(one)) sum.lost += told.lost;
    sum.rejected += told.rejected;
    sum.duplicates += told.duplicates;
    disagreements.push(...gloveDisagreements(one, told));
  }
  return { ...sum, faults, disagreements };
}
