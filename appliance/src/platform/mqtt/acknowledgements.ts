const puback = 0x40;
const idBytes = 2;

/** Where the PUBACKs end that these whole packets begin with; one that is odd is left to mqtt-packet. */
export function acknowledgementsEnd(packets: Buffer): number {
  let at = 0;
  while (packets[at] === puback && packets[at + 1] === idBytes) at += 2 + idBytes;
  return at;
}
