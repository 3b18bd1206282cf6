/**
 * Consistent overhead byte stuffing (Cheshire and Baker, 1999): the same bytes without a zero, at most one in 254
 * longer, so that a zero can stand between two packets.
 */
export function stuff(bytes: Uint8Array): Uint8Array {
  const stuffed = new Uint8Array(bytes.length + Math.ceil(bytes.length / 254) + 1);
  let codeAt = 0;
  let to = 1;
  let closed = false;
  for (const byte of bytes) {
    if (closed) {
      codeAt = to++;
      closed = false;
    }
    if (byte !== 0) stuffed[to++] = byte;
    if (byte === 0 || to - codeAt === 0xff) {
      stuffed[codeAt] = to - codeAt;
      if (byte === 0) codeAt = to++;
      else closed = true;
    }
  }
  if (!closed) stuffed[codeAt] = to - codeAt;
  return stuffed.subarray(0, to);
}

/** Null when these bytes were never stuffed. */
export function unstuff(stuffed: Uint8Array): Uint8Array | null {
  const bytes = new Uint8Array(stuffed.length);
  let from = 0;
  let to = 0;
  while (from < stuffed.length) {
    const code = stuffed[from] ?? 0;
    if (code === 0 || from + code > stuffed.length) return null;
    for (const end = from++ + code; from < end; from += 1) {
      const byte = stuffed[from] ?? 0;
      if (byte === 0) return null;
      bytes[to++] = byte;
    }
    if (code !== 0xff && from < stuffed.length) bytes[to++] = 0;
  }
  return bytes.subarray(0, to);
}
