/** CRC-16/CCITT-FALSE: polynomial 0x1021, begins at 0xFFFF, nothing reflected. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc;
}

/** Consistent overhead byte stuffing (Cheshire and Baker 1999): the same bytes without a zero, and a zero at the end. */
export function cobs(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let codeAt = 0;
  let code = 1;
  out.push(0);
  const close = () => {
    out[codeAt] = code;
    codeAt = out.length;
    code = 1;
  };
  for (const [index, byte] of bytes.entries()) {
    if (byte !== 0) {
      out.push(byte);
      code += 1;
    }
    if (byte === 0 || code === 0xff) {
      const isLast = index === bytes.length - 1;
      close();
      if (byte === 0 || !isLast) out.push(0);
    }
  }
  if (codeAt < out.length) out[codeAt] = code;
  return Uint8Array.from([...out, 0]);
}

/** A frame as it goes over a serial line: with its checksum, little-endian, stuffed, and a zero behind it. */
export function cobsFrame(frame: Uint8Array): Uint8Array {
  const crc = crc16(frame);
  return cobs(Uint8Array.from([...frame, crc & 0xff, crc >> 8]));
}
