import { createHash } from 'node:crypto';

/**
 * The identifier of the analysis of a game by a version of the algorithm: the same whenever and wherever it is asked
 * for. A UUIDv8 (RFC 9562, 5.8) of a SHA-256.
 */
export function processingEventId(gameId: string, algoVersion: string): string {
  const bytes = createHash('sha256').update(`${gameId}\n${algoVersion}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
