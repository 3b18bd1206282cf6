import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { Attend, Attendant, CutReason } from './connection.ts';

/** Bytes that wait for a glove which does not read; it wants no more of them. */
const mostWaiting = 512;
/** A glove that was switched off says nothing to anybody. */
const idleMs = 15_000;
/** Several times what a glove says whose radio is as fast as its loop. */
const mostBytesPerSecond = 256 * 1024;
const checksEveryMs = 1_000;

export interface SocketPlace {
  readonly place: string;
  readonly name: string;
  readonly trusted: boolean;
}

/**
 * Has a socket attended until it ends: when the other end closes, is silent for long, says more than a glove can, or
 * when the attendant has enough of it. `ended` learns why when it was ended here, null otherwise.
 */
export function attendSocket(
  socket: Socket,
  { place, name, trusted }: SocketPlace,
  clock: Clock,
  attend: Attend,
  ended: (reason: CutReason | null) => void,
): { cut(reason: CutReason): void } {
  let attendant: Attendant | null = null;
  let isOver = false;
  let bytesThisSecond = 0;
  let heardAt = clock.monotonic();
  let cancelChecks: Cancel = () => {};

  function end(reason: CutReason | null): void {
    if (isOver) return;
    isOver = true;
    cancelChecks();
    socket.destroy();
    attendant?.lost();
    ended(reason);
  }

  socket.setNoDelay(true);
  socket.on('error', () => end(null));
  socket.on('close', () => end(null));
  socket.on('data', (bytes: Buffer) => {
    if (isOver) return;
    heardAt = clock.monotonic();
    bytesThisSecond += bytes.length;
    if (bytesThisSecond > mostBytesPerSecond) end('flood');
    else attendant?.received(bytes);
  });
  cancelChecks = clock.every(checksEveryMs, () => {
    bytesThisSecond = 0;
    if (clock.monotonic() - heardAt >= idleMs) end('idle');
  });
  attendant = attend({
    way: 'tcp',
    place,
    name,
    trusted,
    write(bytes) {
      if (isOver || socket.writableLength > mostWaiting) return false;
      socket.write(bytes);
      return true;
    },
    cut: end,
  });
  return { cut: end };
}
