import { randomBytes, randomFillSync } from 'node:crypto';

const pageBytes = 4_096;

/** Cryptographically strong, and taken from the system a page at a time, which a call for each would outweigh. */
export function createRandomSource() {
  const page = Buffer.alloc(pageBytes);
  let used = pageBytes;

  /** Bytes that nobody has had, and nobody else will have. */
  function bytes(count: number): Buffer {
    if (count > pageBytes) return randomBytes(count);
    if (used + count > pageBytes) {
      randomFillSync(page);
      used = 0;
    }
    const taken = Buffer.from(page.subarray(used, used + count));
    page.fill(0, used, used + count);
    used += count;
    return taken;
  }
  return { bytes, nextUint32: () => bytes(4).readUInt32LE() };
}
