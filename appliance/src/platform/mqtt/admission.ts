/** A socket's place among those of its address. */
export interface Place {
  /** Calls back, once, when this socket may be read: at once, or when one before it has signed in or gone. */
  onTurn(begin: () => void): void;
  signedIn(): void;
  leave(): void;
}

export interface AdmissionBounds {
  readonly sockets: number;
  readonly socketsPerAddress: number;
  readonly halfOpenPerAddress: number;
}

export interface Admission {
  /** Null when the address, or the broker, has as many sockets as it may have. */
  enter(address: string): Place | null;
  halfOpen(): number;
}

interface Door {
  sockets: number;
  /** Being read, not signed in. */
  entering: number;
  readonly waiting: Set<() => void>;
}

/**
 * Bounds what can be held open by whom. Of one address only so many sockets are read before they are signed in; the
 * rest wait unread, in order, so that a venue that comes back after a power cut is let in as fast as it signs in
 * while a flood costs no memory.
 */
export function createAdmission(bounds: AdmissionBounds): Admission {
  const doors = new Map<string, Door>();
  let sockets = 0;

  const callNext = (door: Door) => {
    for (const begin of door.waiting) {
      if (door.entering >= bounds.halfOpenPerAddress) return;
      door.waiting.delete(begin);
      door.entering += 1;
      begin();
    }
  };

  return {
    enter(address) {
      const door = doors.get(address) ?? { sockets: 0, entering: 0, waiting: new Set() };
      if (sockets >= bounds.sockets || door.sockets >= bounds.socketsPerAddress) return null;
      doors.set(address, door);
      door.sockets += 1;
      sockets += 1;
      let state: 'waiting' | 'entering' | 'signed_in' | 'gone' = 'waiting';
      let begin = () => {};
      const release = () => {
        door.waiting.delete(begin);
        if (state !== 'entering') return;
        door.entering -= 1;
        // Later, because whoever leaves is in the middle of leaving.
        setImmediate(callNext, door);
      };
      return {
        onTurn(task) {
          begin = () => {
            state = 'entering';
            task();
          };
          door.waiting.add(begin);
          callNext(door);
        },
        signedIn() {
          release();
          if (state === 'entering') state = 'signed_in';
        },
        leave() {
          if (state === 'gone') return;
          release();
          state = 'gone';
          sockets -= 1;
          door.sockets -= 1;
          if (door.sockets === 0) doors.delete(address);
        },
      };
    },
    halfOpen: () => [...doors.values()].reduce((sum, door) => sum + door.entering + door.waiting.size, 0),
  };
}
