import { stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { SerialPort } from 'serialport';
import type { Cancel, Clock } from '../clock.ts';

export interface SerialListener {
  opened(): void;
  received(bytes: Uint8Array): void;
  /** It was open and is not any more: unplugged, or it took no bytes. It is being opened again. */
  lost(): void;
}

/** A serial line that is kept open: a stream of bytes, in whatever pieces they come. */
export interface SerialLine {
  /**
   * Opens it, and opens it again whenever it is lost, until `close`. Returns at once. What is at the path may be
   * missing, and may be another device each time.
   */
  open(listener: SerialListener): void;
  /** Resolves when the system has taken the bytes. Rejects with SerialLineError; then the line is lost, too. */
  write(bytes: Uint8Array, withinMs: number): Promise<void>;
  /** Closes it and opens it again, for a device that does not answer. */
  reopen(): void;
  /** Resolves when the device is free for others, or after two seconds. */
  close(): Promise<void>;
}

export class SerialLineError extends Error {
  readonly code: 'not_open' | 'too_slow' | 'lost';

  constructor(code: SerialLineError['code']) {
    super(`serial line: ${code}`);
    this.name = 'SerialLineError';
    this.code = code;
  }
}

export interface SerialLineDeps {
  /** A stable one, such as `/dev/serial/by-id/…`, finds the device again after it was plugged in elsewhere. */
  path: string;
  baudRate: number;
  clock: Clock;
  logger: Logger;
}

/**
 * serialport misses an unplug when bytes were on their way: its read of a line that hung up answers nothing, and is
 * repeated for ever. So the path is looked at, too.
 */
const looksEveryMs = 1_000;
const firstWaitMs = 250;
const longestWaitMs = 4_000;
const opensWithinMs = 5_000;
/** The kernel may wait for bytes that nobody takes before it lets go of a line. */
const closesWithinMs = 2_000;

export function createSerialLine({ path, baudRate, clock, logger }: SerialLineDeps): SerialLine {
  let listener: SerialListener | null = null;
  let port: SerialPort | null = null;
  let cancelWait: Cancel = () => {};
  let cancelLooks: Cancel = () => {};
  let failures = 0;
  /** serialport never calls back for what is being written when the device goes, so each write hears of it here. */
  const writing = new Set<(error: SerialLineError) => void>();

  function openSoon(): void {
    const waitMs = failures === 0 ? 0 : Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs);
    cancelWait();
    cancelWait = clock.after(waitMs, () => void openOnce());
  }

  async function openOnce(): Promise<void> {
    const opening = await openPort(path, baudRate, clock);
    const device = await deviceAt(path);
    if (listener === null) return void (opening instanceof SerialPort && closePort(opening, clock));
    if (opening instanceof Error) {
      if (failures === 0) logger.warn({ path, err: opening }, 'a serial line cannot be opened');
      failures += 1;
      return openSoon();
    }
    failures = 0;
    port = opening;
    opening.on('data', (bytes: Buffer) => {
      if (port === opening) listener?.received(bytes);
    });
    opening.on('close', () => void drop(opening));
    opening.on('error', () => void drop(opening));
    cancelLooks = clock.every(looksEveryMs, () => void dropIfGone(opening, device));
    logger.info({ path }, 'a serial line is open');
    listener.opened();
  }

  async function dropIfGone(open: SerialPort, device: string | null): Promise<void> {
    const now = await deviceAt(path);
    if (now === null || now !== device) await drop(open);
  }

  /** Once for each port, whoever notices first. */
  async function drop(lost: SerialPort): Promise<void> {
    if (port !== lost) return;
    port = null;
    cancelLooks();
    const unwritten = [...writing];
    writing.clear();
    for (const reject of unwritten) reject(new SerialLineError('lost'));
    if (listener !== null) logger.warn({ path }, 'a serial line is lost');
    listener?.lost();
    await closePort(lost, clock);
    if (listener !== null) openSoon();
  }

  return {
    open(events) {
      listener = events;
      openSoon();
    },
    write(bytes, withinMs) {
      const to = port;
      if (to === null) return Promise.reject(new SerialLineError('not_open'));
      return new Promise((resolve, reject) => {
        const cancel = clock.after(withinMs, () => {
          settle(new SerialLineError('too_slow'));
          void drop(to);
        });
        const settle = (error: SerialLineError | null) => {
          cancel();
          writing.delete(settle);
          if (error === null) resolve();
          else reject(error);
        };
        writing.add(settle);
        to.write(Buffer.from(bytes), (error) => settle(error ? new SerialLineError('lost') : null));
      });
    },
    reopen() {
      if (port !== null) void drop(port);
    },
    async close() {
      listener = null;
      cancelWait();
      if (port !== null) await drop(port);
    },
  };
}

/** Tells a device from another that has its name by now; null where there is none. */
const deviceAt = (path: string): Promise<string | null> =>
  stat(path).then(
    ({ dev, ino, rdev }) => [dev, ino, rdev].join(),
    () => null,
  );

/** An open port, or why there is none. */
function openPort(path: string, baudRate: number, clock: Clock): Promise<SerialPort | Error> {
  return new Promise((resolve) => {
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    // An error that nobody listens to ends the process; before the port is ours, nobody does.
    port.on('error', () => {});
    let late = false;
    const cancel = clock.after(opensWithinMs, () => {
      late = true;
      resolve(new SerialLineError('too_slow'));
    });
    port.open((error) => {
      cancel();
      if (late) void (error ?? closePort(port, clock));
      else resolve(error ?? port);
    });
  });
}

function closePort(port: SerialPort, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (!port.isOpen) return resolve();
    const cancel = clock.deadline(closesWithinMs, resolve);
    port.close(() => {
      cancel();
      resolve();
    });
    return undefined;
  });
}
