/** Of the first samples of a life, and of the latest: about five seconds, and forty, at 100 Hz. */
const firstSamples = 512;
const latestSamples = 4_096;

export type Recollection = 'same' | 'different' | 'unknown';

/** Remembers what some samples were like by a hash of each, so that a repetition can be told from another beginning. */
export function createSampleMemory(firstSeq: number) {
  const first = new Int32Array(firstSamples);
  const knownFirst = new Uint8Array(firstSamples);
  const latest = new Int32Array(latestSamples);
  /** Number of the sample a place holds; −1 for none. */
  const latestSeq = new Float64Array(latestSamples).fill(-1);

  return {
    keep(seq: number, hash: number): void {
      const offset = seq - firstSeq;
      if (offset >= 0 && offset < firstSamples) {
        first[offset] = hash;
        knownFirst[offset] = 1;
      }
      latest[seq % latestSamples] = hash;
      latestSeq[seq % latestSamples] = seq;
    },
    recall(seq: number, hash: number): Recollection {
      const offset = seq - firstSeq;
      if (offset >= 0 && offset < firstSamples && knownFirst[offset] === 1) {
        return first[offset] === hash ? 'same' : 'different';
      }
      if (latestSeq[seq % latestSamples] !== seq) return 'unknown';
      return latest[seq % latestSamples] === hash ? 'same' : 'different';
    },
  };
}

/** FNV-1a over the values of sample `index`. */
export function hashSample(values: Int16Array, channels: number, index: number): number {
  let hash = 0x811c_9dc5;
  for (let at = index * channels; at < (index + 1) * channels; at += 1) {
    hash = Math.imul(hash ^ ((values[at] ?? 0) & 0xffff), 0x0100_0193);
  }
  return hash | 0;
}
