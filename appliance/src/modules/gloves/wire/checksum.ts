const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = remainder & 0x8000 ? (remainder << 1) ^ 0x1021 : remainder << 1;
  }
  return remainder;
});

/** CRC-16/CCITT-FALSE (polynomial 0x1021, begins with 0xffff): of "123456789" it is 0x29b1. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = ((crc << 8) ^ (table[(crc >>> 8) ^ byte] ?? 0)) & 0xffff;
  return crc;
}
