/** Hears of one whole packet: its first byte, and where in `bytes` what follows the length begins and ends. */
export type OnPacket = (first: number, bytes: Buffer, body: number, end: number) => void;

const nothing = Buffer.alloc(0);

/**
 * Goes from packet to packet by their lengths and decodes nothing. What is handed on is valid until the call returns:
 * the bytes given may be a buffer that is used again.
 */
export function createPacketWalker(onPacket: OnPacket): (bytes: Buffer) => void {
  let rest = nothing;
  return (more) => {
    const bytes = rest.length === 0 ? more : Buffer.concat([rest, more]);
    let at = 0;
    while (at + 1 < bytes.length) {
      let next = at + 1;
      let length = 0;
      let weight = 1;
      let byte = 0x80;
      while (byte >= 0x80 && next < bytes.length) {
        byte = bytes[next] ?? 0;
        length += (byte & 0x7f) * weight;
        weight *= 128;
        next += 1;
      }
      if (byte >= 0x80 || next + length > bytes.length) break;
      onPacket(bytes[at] ?? 0, bytes, next, next + length);
      at = next + length;
    }
    rest = at === bytes.length ? nothing : Buffer.from(bytes.subarray(at));
  };
}
