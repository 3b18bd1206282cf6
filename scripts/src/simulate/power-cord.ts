/** The cord of one rig: somebody may pull it at any moment, and put it back. */
export interface PowerCord {
  /** The rig's place, as people call it. */
  readonly name: string;
  readonly attraction: string;
  isPlugged(): boolean;
  /** The game that is being played; the rig itself says so. */
  playing: string | null;
  /** Aborted when the power goes the next time. */
  power(): AbortSignal;
  pull(): void;
  plugIn(): void;
  /** Resolves when there is power; rejects when `stop` is aborted. */
  plugged(stop: AbortSignal): Promise<void>;
}

export function createPowerCord(name: string, attraction: string): PowerCord {
  let power = new AbortController();
  let back = Promise.withResolvers<void>();
  back.resolve();
  return {
    name,
    attraction,
    playing: null,
    isPlugged: () => !power.signal.aborted,
    power: () => power.signal,
    pull() {
      if (power.signal.aborted) return;
      back = Promise.withResolvers();
      this.playing = null;
      power.abort();
    },
    plugIn() {
      if (!power.signal.aborted) return;
      power = new AbortController();
      back.resolve();
    },
    async plugged(stop) {
      stop.throwIfAborted();
      const { promise, reject } = Promise.withResolvers<never>();
      const giveUp = () => reject(stop.reason);
      stop.addEventListener('abort', giveUp);
      await Promise.race([back.promise, promise]).finally(() => stop.removeEventListener('abort', giveUp));
    },
  };
}
