import type { QoS } from './client.ts';
import type { Flood } from './pacing.ts';

/** What the clients are told to do with a broker. */
export interface Work {
  /** `{id}` in the topic is the publisher's name, which begins with its role. */
  readonly publishers: { readonly role: string; readonly count: number; readonly topic: string };
  readonly subscribers: {
    readonly role: string;
    readonly count: number;
    readonly filter: string;
    readonly transport?: 'tcp' | 'websocket';
    /** So many more of them subscribe and then read nothing. */
    readonly frozen?: number;
  };
  readonly qos: QoS;
  readonly payloadBytes: number;
  /** As fast as it goes, `burst` messages in one write; or so many a second of all publishers, one a write, evenly. */
  readonly pace: { readonly flood: Flood } | { readonly perSecond: number };
  /** Before anything is measured. */
  readonly warmUpSeconds?: number;
}

/** Where a broker listens, and whose CPU time and memory are looked at. */
export interface Target {
  readonly port: number;
  readonly webSocketPort: number;
  readonly pid: number;
}

export interface WorkOrder {
  readonly work: Work;
  readonly broker: Target;
  readonly seconds: number;
}

export interface Worked {
  /** Of what is measured. */
  readonly seconds: number;
  /** Messages that reached their subscriber while it was measured; of one to a hundred there are a hundred. */
  readonly deliveries: number;
  /** Of the broker's process. */
  readonly cpuMicroseconds: number;
  /** Since the beginning: all that should have arrived. */
  readonly expected: number;
  readonly lost: number;
  /** Came more than once. */
  readonly surplus: number;
  /** From the write to the read, milliseconds; null where the work is not paced. */
  readonly latency: { readonly p50: number; readonly p99: number } | null;
  /** Share of a core that the clients used themselves. */
  readonly clientsShare: number;
  /** Of the time, how much broker and clients waited for a core that somebody else had. */
  readonly waitedShare: number;
}
