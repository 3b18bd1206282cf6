/** Pieces of packets on their way to becoming one write. */
export interface Gathering {
  add(piece: Buffer | string): void;
  bytes(): number;
  /** All of it, in one buffer; it is empty then. */
  take(): Buffer;
}

export function createGathering(): Gathering {
  let pieces: (Buffer | string)[] = [];
  let bytes = 0;
  return {
    add(piece) {
      pieces.push(piece);
      bytes += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    },
    bytes: () => bytes,
    take() {
      const [only] = pieces;
      if (pieces.length === 1 && Buffer.isBuffer(only)) {
        pieces = [];
        bytes = 0;
        return only;
      }
      const whole = Buffer.allocUnsafe(bytes);
      let at = 0;
      for (const piece of pieces) {
        if (typeof piece === 'string') at += whole.write(piece, at);
        else {
          whole.set(piece, at);
          at += piece.length;
        }
      }
      pieces = [];
      bytes = 0;
      return whole;
    },
  };
}
