/** What is kept of an outgoing packet until its client has acknowledged it. */
export interface Outgoing {
  readonly cmd: string;
  /** aedes's number of the message; absent from a PUBREL. */
  readonly brokerCounter?: number;
  readonly messageId?: number | undefined;
  readonly qos?: number;
  readonly payload?: string | Buffer;
  readonly dup?: boolean;
}

/** What waits for one persistent client, in order, within a bound. */
export interface MessageQueue {
  /** False when there is no room for it. */
  add(packet: Outgoing): boolean;
  /** Gives a queued message its packet id, or puts the PUBREL in its place. False when it is not queued. */
  update(packet: Outgoing): boolean;
  /** Takes out what carries this packet id (or, before it has one, this number). */
  take(packet: Pick<Outgoing, 'messageId' | 'brokerCounter'>): Outgoing | undefined;
  /** Its client is back: from now on `waiting` is what is in the queue now. */
  resume(): void;
  /**
   * What is still in the queue of what was there when its client came back; what came later reaches it directly.
   * A message that was sent before is marked as a repetition [MQTT-3.3.1-1].
   */
  waiting(): Outgoing[];
  size(): number;
  bytes(): number;
}

export function createMessageQueue(maxMessages: number, maxBytes: number): MessageQueue {
  const byNumber = new Map<number, Outgoing>();
  const numberOf = new Map<number, number>();
  let resumed: readonly number[] = [];
  let bytes = 0;
  const sizeOf = (packet: Outgoing) => packet.payload?.length ?? 0;
  const put = (number: number, packet: Outgoing) => {
    const before = byNumber.get(number);
    if (before?.messageId !== undefined) numberOf.delete(before.messageId);
    bytes += sizeOf(packet) - (before ? sizeOf(before) : 0);
    byNumber.set(number, packet);
    if (packet.messageId !== undefined) numberOf.set(packet.messageId, number);
  };

  return {
    add(packet) {
      if (packet.brokerCounter === undefined) return false;
      if (byNumber.size >= maxMessages || bytes + sizeOf(packet) > maxBytes) return false;
      put(packet.brokerCounter, packet);
      return true;
    },
    update(packet) {
      const queued = packet.brokerCounter === undefined ? undefined : byNumber.get(packet.brokerCounter);
      if (packet.brokerCounter !== undefined && queued !== undefined) {
        put(packet.brokerCounter, { ...queued, messageId: packet.messageId });
        return true;
      }
      const number = packet.messageId === undefined ? undefined : numberOf.get(packet.messageId);
      if (number === undefined) return false;
      put(number, { cmd: packet.cmd, messageId: packet.messageId });
      return true;
    },
    take({ messageId, brokerCounter }) {
      const number = messageId === undefined ? brokerCounter : numberOf.get(messageId);
      const packet = number === undefined ? undefined : byNumber.get(number);
      if (number === undefined || packet === undefined) return undefined;
      byNumber.delete(number);
      if (packet.messageId !== undefined) numberOf.delete(packet.messageId);
      bytes -= sizeOf(packet);
      return packet;
    },
    resume() {
      resumed = [...byNumber.keys()];
    },
    waiting: () =>
      resumed.flatMap((number) => {
        const packet = byNumber.get(number);
        if (packet === undefined) return [];
        return packet.cmd === 'publish' && packet.messageId !== undefined ? { ...packet, dup: true } : packet;
      }),
    size: () => byNumber.size,
    bytes: () => bytes,
  };
}
