export type TransportName = 'tcp' | 'websocket';

/** What a carrier tells the connection it carries. */
export interface CarrierEvents {
  readonly data: (bytes: Buffer) => void;
  /** The other side has finished, or is gone. */
  readonly end: () => void;
  readonly error: (error: Error) => void;
}

/** Bytes to and from one client, over whichever wire. It is paused until it is first resumed. */
export interface Carrier {
  readonly transport: TransportName;
  readonly address: string;
  open(events: CarrierEvents): void;
  /** Calls back when nothing of it is left. */
  onceClosed(gone: () => void): void;
  /** `sent` is called when the bytes have left the process, or never will. */
  send(bytes: Buffer, sent: (error?: Error | null) => void): void;
  pause(): void;
  resume(): void;
  /** Sends what was given to it and closes; cuts off whoever does not take it in time. */
  close(): void;
  /** Closes at once. */
  cut(): void;
}

/** How long a closing carrier waits for the other side. */
export const closingGraceMs = 1_000;

/** IPv4 addresses read the same whether or not they came through an IPv6 socket. */
export const plainAddress = (address: string | undefined): string =>
  (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/u, '');
