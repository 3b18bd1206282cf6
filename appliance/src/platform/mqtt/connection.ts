import { Duplex } from 'node:stream';
import type { Cancel, Clock } from '../clock.ts';
import type { Carrier } from './carrier.ts';
import { createPacketScanner, type Violation } from './packet-scanner.ts';

const bufferedBytes = 64 * 1024;

export interface ConnectionOptions {
  /** Largest packet until `allow` says more. */
  readonly firstPacketBytes: number;
  /** Everything written in one turn of the event loop leaves as one write. */
  readonly corked: boolean;
  readonly clock: Clock;
  readonly onViolation: (violation: Violation) => void;
}

/**
 * The stream between a carrier and aedes. It reads nothing until aedes does, and lets no byte through that announces
 * more than the client may send: aedes itself would collect up to 256 MB for anybody who knocks.
 */
export class Connection extends Duplex {
  readonly #carrier: Carrier;
  readonly #scanner;
  readonly #options: ConnectionOptions;
  #gathering = false;
  #cancelDeadline: Cancel = () => {};

  constructor(carrier: Carrier, options: ConnectionOptions) {
    super({ readableHighWaterMark: bufferedBytes, writableHighWaterMark: bufferedBytes });
    this.#carrier = carrier;
    this.#options = options;
    this.#scanner = createPacketScanner(options.firstPacketBytes);
    carrier.open({
      data: (bytes) => this.#receive(bytes),
      end: () => this.push(null),
      error: (error) => this.destroy(error),
    });
  }

  get transport() {
    return this.#carrier.transport;
  }

  get address() {
    return this.#carrier.address;
  }

  /** The connection is cut in `ms`, unless another deadline is set or it is lifted with null. */
  deadline(ms: number | null): void {
    this.#cancelDeadline();
    if (ms === null) return;
    this.#cancelDeadline = this.#options.clock.after(ms, () => this.destroy(new Error('deadline')));
  }

  /** From now on a packet may be as large as this. */
  allow(packetBytes: number): void {
    this.#scanner.allow(packetBytes);
  }

  #receive(bytes: Buffer): void {
    if (this.destroyed) return;
    const violation = this.#scanner.scan(bytes);
    if (violation !== null) {
      this.#options.onViolation(violation);
      this.destroy(new Error(violation));
    } else if (!this.push(bytes)) this.#carrier.pause();
  }

  /** mqtt-packet corks around every packet; the first cork of a turn is held until the turn is over. */
  override cork(): void {
    super.cork();
    if (!this.#options.corked || this.#gathering) return;
    this.#gathering = true;
    super.cork();
    setImmediate(() => {
      this.#gathering = false;
      this.uncork();
    });
  }

  override _read(): void {
    this.#carrier.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, sent: (error?: Error | null) => void): void {
    this.#carrier.send([chunk], sent);
  }

  override _writev(chunks: { chunk: Buffer }[], sent: (error?: Error | null) => void): void {
    this.#carrier.send(
      chunks.map(({ chunk }) => chunk),
      sent,
    );
  }

  /** Without an error what was written still goes out; with one, nothing does. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#cancelDeadline();
    if (error === null) this.#carrier.close();
    else this.#carrier.cut();
    done(error);
  }
}
