/**
 * Three departures from the way aedes moves bytes, each invisible to clients and each with a switch, so that the
 * benchmark can say what it gives and the tests that nobody can tell (decision 0011).
 */
export interface Levers {
  /** What one turn of the event loop writes to a connection leaves as one write. */
  readonly cork: boolean;
  /** A message of QoS 0 or 1 is encoded once and its readers are known beforehand. */
  readonly fanOut: boolean;
  /** QoS 0 messages, and PUBACKs nobody waits for, are read straight from the bytes of a connection. */
  readonly fastParse: boolean;
}

export const allLevers: Levers = { cork: true, fanOut: true, fastParse: true };
