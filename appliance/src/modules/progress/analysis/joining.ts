import { fingers } from '../../../../contract/glove-frame.ts';
import { absent, type Finding, found } from './finding.ts';
import type { Recording } from './recording.ts';
import type { OneHandMetric } from './recording-metrics.ts';

/** One recording, how long it is, and what it says. */
export interface Measured {
  readonly recording: Recording;
  readonly seconds: number;
  readonly metrics: Readonly<Record<OneHandMetric, Finding>>;
}

const counts: ReadonlySet<OneHandMetric> = new Set(['reps', 'hesitations', 'halts']);

/**
 * What several recordings of one game say together: counts are added, everything else is the mean, weighted by how long
 * each recording is. A recording that says nothing lowers the quality.
 */
export function joined(key: OneHandMetric, measured: readonly Measured[]): Finding {
  const total = measured.reduce((sum, { seconds }) => sum + seconds, 0);
  const parts = measured.flatMap(({ seconds, metrics }) => {
    const { value, quality } = metrics[key];
    return value === null ? [] : [{ value, quality, seconds }];
  });
  if (parts.length === 0) return absent(longest(measured)?.metrics[key].reason ?? 'no_recording');
  const weight = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const sum = parts.reduce((all, { value }) => all + value, 0);
  const weighted = parts.reduce((all, { value, seconds }) => all + value * seconds, 0);
  const quality = parts.reduce((all, part) => all + part.quality * part.seconds, 0) / total;
  return found(counts.has(key) ? sum : weighted / weight, quality);
}

const longest = (measured: readonly Measured[]): Measured | undefined =>
  measured.toSorted((a, b) => b.seconds - a.seconds)[0];

/** The difference of the two hands' range of motion, in percent of their mean, over the fingers that both show. */
export function symmetry(measured: readonly Measured[]): Finding {
  const left = measured.filter(({ recording }) => recording.hand === 'left');
  const right = measured.filter(({ recording }) => recording.hand === 'right');
  if (left.length === 0 || right.length === 0) return absent('one_hand');
  const both = [...left, ...right].map(({ recording }) => recording);
  if (both.some(({ why }) => why === 'device_auto')) return absent('device_auto');
  if (both.some(({ comparable, gloveClass }) => !comparable || gloveClass !== both[0]?.gloveClass))
    return absent('not_comparable');
  const pairs = fingers.flatMap((finger) => {
    const [l, r] = [joined(`rom_${finger}`, left), joined(`rom_${finger}`, right)];
    return l.value === null || r.value === null ? [] : [{ l: l.value, r: r.value, of: [l, r] }];
  });
  if (pairs.length === 0) return absent(joined('rom_index', left).reason ?? 'no_curl');
  const sums = pairs.reduce((sum, { l, r }) => ({ l: sum.l + l, r: sum.r + r }), { l: 0, r: 0 });
  const quality = Math.min(...pairs.flatMap(({ of }) => of.map((finding) => finding.quality)));
  return found(symmetryIndex(sums.l, sums.r), quality);
}

/** |R − L| in percent of the mean of both. */
export const symmetryIndex = (left: number, right: number): number =>
  (Math.abs(right - left) / (0.5 * (right + left))) * 100;
