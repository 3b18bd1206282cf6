import type { GloveWay } from '../../../../contract/gloves.ts';

/** One time that a glove is there on a serial line or a socket: bytes come, bytes can be sent, and it ends. */
export interface GloveConnection {
  readonly way: Exclude<GloveWay, 'mqtt'>;
  /** Where it is, as staff know it: a path, an address. */
  readonly place: string;
  /** What the device is called that is there, as long as it is there. */
  readonly name: string;
  /** It was configured by staff. Otherwise somebody called from the network, and must first speak like a glove. */
  readonly trusted: boolean;
  /**
   * Hands bytes over and waits for nobody. They are dropped, with `false`, while the other end takes none: a glove
   * that does not listen misses nothing that it would still want later.
   */
  write(bytes: Uint8Array): boolean;
  /** Ends it from this side. A configured one is opened anew after a while. */
  cut(reason: CutReason): void;
}

/** Why a connection was ended here; the label under which it is counted. */
export type CutReason =
  | 'idle'
  | 'flood'
  | 'not_a_glove'
  | 'too_many'
  | 'too_many_from_address'
  | 'shut_out'
  | 'refused'
  /** It is opened anew, to be read by other rules. */
  | 'other_rules'
  | 'stopped';

/** Whoever listens to a connection. */
export interface Attendant {
  received(bytes: Uint8Array): void;
  /** Nothing comes any more, whoever ended it. */
  lost(): void;
}

export type Attend = (connection: GloveConnection) => Attendant;
