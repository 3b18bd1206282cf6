import { type SerialLine, SerialLineError, type SerialListener } from '../../platform/serial/serial-line.ts';
import type { ModemEmulator } from './modem-emulator.ts';

export interface EmulatedLine extends SerialLine {
  /** Plugs the modem in, for the first time or again. */
  plug(): void;
  /** How often it was closed and opened on request. */
  reopened(): number;
}

/** A serial line within the process, with the modem at its end. Bytes arrive in later turns of the event loop. */
export function createEmulatedLine(modem: ModemEmulator): EmulatedLine {
  let listener: SerialListener | null = null;
  let isThere = false;
  let reopened = 0;

  let isOpen = false;

  function opened(): void {
    if (!isThere || isOpen || listener === null) return;
    isOpen = true;
    listener.opened();
  }

  function lost(): void {
    if (isOpen) listener?.lost();
    isOpen = false;
  }

  return {
    plug() {
      isThere = true;
      modem.plug({
        say: (text) => {
          setImmediate(() => {
            if (isOpen) listener?.received(Buffer.from(text, 'latin1'));
          });
        },
        unplug() {
          isThere = false;
          lost();
        },
      });
      setImmediate(opened);
    },
    reopened: () => reopened,

    open(events) {
      listener = events;
      setImmediate(opened);
    },
    /** As serialport: what is written when the device is gone is never heard of again; the line gives up on it. */
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (!isOpen) return reject(new SerialLineError('not_open'));
        setImmediate(() => {
          modem.hear(Buffer.from(bytes).toString('latin1'));
          if (isOpen) resolve();
          else reject(new SerialLineError('lost'));
        });
        return undefined;
      }),
    reopen() {
      reopened += 1;
      lost();
      setImmediate(opened);
    },
    async close() {
      listener = null;
    },
  };
}
