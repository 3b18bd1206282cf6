const largest = 0xffff;

/**
 * The packet ids of what goes to one connection whose session ends with it, one after the other, whoever writes. As
 * nothing is sent again on it, nothing has to be known of those in use.
 */
export interface PacketIds {
  next(): number;
}

export function createPacketIds(): PacketIds {
  let last = 0;
  return {
    next() {
      last = last === largest ? 1 : last + 1;
      return last;
    },
  };
}
