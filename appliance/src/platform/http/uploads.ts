export interface UploadBounds {
  /** So many are held in memory at a time, */
  readonly atOnce: number;
  /** and together so many bytes. A larger one is taken when there is no other. */
  readonly bytes: number;
}

interface Waiting {
  readonly bytes: number;
  readonly begin: () => void;
}

/**
 * Large bodies in turn, one at a time of each sender. Those that wait are not read: they stay in the sockets of those
 * who send them. Senders take turns, whatever each of them has waiting, and nobody overtakes one who waits for room.
 */
export function createUploads(bounds: UploadBounds) {
  const sending = new Set<string>();
  /** By sender; who has waited longest for a turn comes first. */
  const lines = new Map<string, Waiting[]>();
  let held = 0;

  const isRoomFor = (bytes: number): boolean =>
    sending.size === 0 || (sending.size < bounds.atOnce && held + bytes <= bounds.bytes);

  function beginThoseWhoMay(): void {
    for (const [sender, line] of lines) {
      const [first, ...later] = line;
      if (first === undefined || sending.has(sender)) continue;
      if (!isRoomFor(first.bytes)) return;
      lines.delete(sender);
      if (later.length > 0) lines.set(sender, later);
      sending.add(sender);
      held += first.bytes;
      first.begin();
    }
  }

  /**
   * Runs `work` in the turn of `sender`, for a body that may come to `most` bytes. `work` tells how many they are as
   * soon as they are here, and is counted with those until it is done.
   */
  return async function upload<Result>(
    sender: string,
    most: number,
    work: (arrived: (bytes: number) => void) => Promise<Result>,
  ): Promise<Result> {
    await new Promise<void>((begin) => {
      const line = lines.get(sender) ?? [];
      line.push({ bytes: most, begin });
      lines.set(sender, line);
      beginThoseWhoMay();
    });
    let counted = most;
    const count = (bytes: number) => {
      held += bytes - counted;
      counted = bytes;
    };
    try {
      return await work((bytes) => {
        count(bytes);
        beginThoseWhoMay();
      });
    } finally {
      count(0);
      sending.delete(sender);
      beginThoseWhoMay();
    }
  };
}
