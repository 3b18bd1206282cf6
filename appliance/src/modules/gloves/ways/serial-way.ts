import type { Logger } from 'pino';
import type { Clock } from '../../../platform/clock.ts';
import { createSerialLine, type SerialLine } from '../../../platform/serial/serial-line.ts';
import type { Attend, Attendant } from './connection.ts';
import { nameOfPath } from './glove-names.ts';

/** What every glove firmware that we know is set to. The handshake lines are raised when a line is opened. */
const baudRate = 115_200;
const writesWithinMs = 5_000;
/** What waits while the line is busy. It is seconds of answers; what a glove does not take by then, it never will. */
const mostWaiting = 512;

export interface SerialWayDeps {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly attend: Attend;
}

/** A glove on a serial line: found again whenever it is plugged in. */
export function openSerialWay({ path, clock, logger, attend }: SerialWayDeps) {
  const line = createSerialLine({ path, baudRate, clock, logger });
  const name = nameOfPath(path);
  let attendant: Attendant | null = null;
  function forget(): void {
    const ended = attendant;
    attendant = null;
    ended?.lost();
  }
  line.open({
    opened() {
      const { write } = createOneAtATime(line);
      attendant = attend({
        way: 'serial',
        place: path,
        name,
        trusted: true,
        write,
        // A glove that is refused goes on talking to a line that nobody reads; nothing else would silence it.
        cut(reason) {
          if (reason === 'other_rules') line.reopen();
          else forget();
        },
      });
    },
    received: (bytes) => attendant?.received(bytes),
    lost: forget,
  });
  return { close: line.close };
}

/** One write at a time; what comes meanwhile leaves together as the next. */
function createOneAtATime(line: Pick<SerialLine, 'write'>) {
  let isWriting = false;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;

  function send(bytes: Uint8Array): void {
    isWriting = true;
    line.write(bytes, writesWithinMs).then(
      () => {
        isWriting = false;
        if (waitingBytes === 0) return;
        const next = Buffer.concat(waiting);
        waiting = [];
        waitingBytes = 0;
        send(next);
      },
      // The line is lost then, and says so.
      () => {},
    );
  }

  return {
    write(bytes: Uint8Array): boolean {
      if (!isWriting) send(bytes);
      else if (waitingBytes + bytes.length > mostWaiting) return false;
      else {
        waiting.push(bytes);
        waitingBytes += bytes.length;
      }
      return true;
    },
  };
}
