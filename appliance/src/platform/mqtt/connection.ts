import { Duplex } from 'node:stream';
import type { Cancel, Clock } from '../clock.ts';
import { acknowledgementsEnd } from './acknowledgements.ts';
import type { Carrier } from './carrier.ts';
import { createGathering } from './gathering.ts';
import type { Cut, MqttMetrics } from './mqtt-metrics.ts';
import { createPacketScanner, type Violation } from './packet-scanner.ts';
import { createSampleReader, type Sample, type SampleReader, sampleType } from './sample-reader.ts';

const bufferedBytes = 64 * 1024;
/** Of a packet that comes in very many pieces no more than this many are kept apart. */
const pieces = 64;

export interface ConnectionOptions {
  /** Largest packet until `allow` says more. */
  readonly firstPacketBytes: number;
  /** Everything written in one turn of the event loop leaves as one write. */
  readonly corked: boolean;
  /** Who takes nothing of what is sent to it for this long is cut off. */
  readonly drainTimeoutMs: number;
  readonly clock: Clock;
  readonly metrics: Pick<MqttMetrics, 'bytes' | 'cut'>;
  readonly onViolation: (violation: Violation) => void;
}

/** Who takes the samples of a connection instead of aedes. */
export interface SampleTaker {
  /** Whether all that aedes was given before is done with. */
  caughtUp(): boolean;
  take(sample: Sample): void;
  /** The session ends with the connection: nothing is sent again, and so nothing waits for a PUBACK. */
  readonly forgetsAcknowledgements: boolean;
}

/**
 * The stream between a carrier and aedes. It reads nothing until aedes does, and lets no byte through that announces
 * more than the client may send: aedes itself would collect up to 256 MB for anybody who knocks.
 */
export class Connection extends Duplex {
  readonly #carrier: Carrier;
  readonly #scanner;
  readonly #options: ConnectionOptions;
  readonly #gathering = createGathering();
  #isLost = false;
  #lastPacketAt = 0;
  /** When what is under way was given to the carrier. */
  #sendingSince: number | null = null;
  #samples: (SampleTaker & SampleReader) | null = null;
  /** The beginning of a sample, in pieces, whose end has not come. */
  #begun: Buffer[] = [];
  #cancelDeadline: Cancel = () => {};
  #cancelKeepAlive: Cancel = () => {};
  #cancelDrainTimeout: Cancel = () => {};

  constructor(carrier: Carrier, options: ConnectionOptions) {
    super({ readableHighWaterMark: bufferedBytes, writableHighWaterMark: bufferedBytes });
    this.#carrier = carrier;
    this.#options = options;
    this.#scanner = createPacketScanner(options.firstPacketBytes);
    carrier.open({
      data: (bytes) => this.#receive(bytes),
      end: () => this.push(null),
      error: (error) => {
        this.#isLost = true;
        this.destroy(error);
      },
    });
  }

  get transport() {
    return this.#carrier.transport;
  }

  get address() {
    return this.#carrier.address;
  }

  /** It ended because of the carrier or of this side, and not because aedes could not make sense of what came. */
  get isLost() {
    return this.#isLost;
  }

  cut(reason: Cut): void {
    if (this.destroyed) return;
    this.#isLost = true;
    this.#options.metrics.cut(reason);
    this.destroy(new Error(reason));
  }

  /** The connection is cut in `ms`, unless another deadline is set or there is none any more. */
  deadline(ms: number, reason: Cut): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#options.clock.after(ms, () => this.cut(reason));
  }

  noDeadline(): void {
    this.#cancelDeadline();
  }

  /** The connection is cut when no packet has come for `ms`. */
  keepAlive(ms: number): void {
    const { clock } = this.#options;
    const watch = (forMs: number) => {
      this.#cancelKeepAlive = clock.after(forMs, () => {
        const left = this.#lastPacketAt + ms - clock.monotonic();
        if (left > 0) watch(left);
        else this.cut('keep_alive');
      });
    };
    this.#lastPacketAt = clock.monotonic();
    watch(ms);
  }

  /** From now on a packet may be as large as this. */
  allow(packetBytes: number): void {
    this.#scanner.allow(packetBytes);
  }

  /** From now on samples go to `taker`, as long as aedes has nothing to do for this connection. */
  takeSamples(taker: SampleTaker): void {
    this.#samples = { ...taker, ...createSampleReader() };
  }

  #receive(bytes: Buffer): void {
    if (this.destroyed) return;
    this.#options.metrics.bytes('received', bytes.length);
    const violation = this.#scanner.scan(bytes);
    if (violation !== null) {
      this.#options.onViolation(violation);
      this.cut('misbehaved');
      return;
    }
    const lastBegin = this.#scanner.lastBegin();
    if (lastBegin > 0) this.#lastPacketAt = this.#options.clock.monotonic();
    if (this.#samples === null) this.#handOn(bytes);
    else this.#sort(bytes, this.#scanner.firstEnd(), lastBegin);
  }

  /** Bytes are: the end of a packet, whole packets, the beginning of a packet; each of them may be missing. */
  #sort(bytes: Buffer, firstEnd: number, lastBegin: number): void {
    if (this.#begun.length === 0) {
      if (firstEnd !== 0) this.#handOn(firstEnd < 0 ? bytes : bytes.subarray(0, firstEnd));
    } else if (firstEnd < 0) {
      this.#begun.push(bytes);
      if (this.#begun.length > pieces) this.#begun = [Buffer.concat(this.#begun)];
    } else {
      const whole = Buffer.concat([...this.#begun, bytes.subarray(0, firstEnd)]);
      this.#begun = [];
      this.#take(whole);
    }
    if (firstEnd < 0) return;
    if (lastBegin > firstEnd) this.#take(bytes.subarray(firstEnd, lastBegin));
    if (lastBegin === bytes.length) return;
    const beginning = bytes.subarray(lastBegin);
    if (beginning[0] === sampleType) this.#begun.push(beginning);
    else this.#handOn(beginning);
  }

  #take(packets: Buffer): void {
    const samples = this.#samples;
    let rest = packets;
    if (samples?.forgetsAcknowledgements) rest = rest.subarray(acknowledgementsEnd(rest));
    const isFree = this.readableLength === 0 && rest[0] === sampleType;
    if (isFree && samples?.caughtUp()) rest = rest.subarray(samples.read(rest, samples.take));
    if (rest.length > 0) this.#handOn(rest);
  }

  #handOn(bytes: Buffer): void {
    if (!this.push(bytes)) this.#carrier.pause();
  }

  /** What waits to leave, in bytes. */
  get backlog() {
    return this.writableLength + this.#gathering.bytes();
  }

  /** For how long it has taken nothing of what waits to leave, ms. */
  get stalledMs() {
    return this.#sendingSince === null ? 0 : this.#options.clock.monotonic() - this.#sendingSince;
  }

  /** mqtt-packet writes a packet in up to seven pieces; those of one turn of the event loop are one write. */
  override write(piece: Buffer | string): boolean {
    if (!this.#options.corked) return super.write(piece);
    if (this.#gathering.bytes() === 0) setImmediate(() => this.#flush());
    this.#gathering.add(piece);
    return this.backlog < this.writableHighWaterMark;
  }

  #flush(): void {
    if (this.#gathering.bytes() > 0 && !this.destroyed) super.write(this.#gathering.take());
  }

  override cork(): void {
    if (!this.#options.corked) super.cork();
  }

  override uncork(): void {
    if (!this.#options.corked) super.uncork();
  }

  override _read(): void {
    this.#carrier.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, sent: (error?: Error | null) => void): void {
    this.#send(chunk, sent);
  }

  override _writev(chunks: { chunk: Buffer }[], sent: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), sent);
  }

  #send(bytes: Buffer, sent: (error?: Error | null) => void): void {
    let isSent = false;
    this.#options.metrics.bytes('sent', bytes.length);
    this.#carrier.send(bytes, (error) => {
      isSent = true;
      this.#sendingSince = null;
      this.#cancelDrainTimeout();
      sent(error);
    });
    if (isSent) return;
    const { clock, drainTimeoutMs } = this.#options;
    this.#sendingSince = clock.monotonic();
    this.#cancelDrainTimeout = clock.after(drainTimeoutMs, () => this.cut('drain_timeout'));
  }

  /** Without an error what was written still goes out; with one, nothing does. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#cancelDeadline();
    this.#cancelKeepAlive();
    this.#cancelDrainTimeout();
    if (error === null) {
      if (this.#gathering.bytes() > 0) this.#carrier.send(this.#gathering.take(), () => {});
      this.#carrier.close();
    } else this.#carrier.cut();
    done(error);
  }
}
