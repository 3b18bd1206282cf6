import type { QoS } from './topic.ts';

export interface Outbound {
  readonly address: string;
  readonly payload: Buffer;
  readonly qos: QoS;
  readonly retain: boolean;
}

export interface OutboxBounds {
  readonly messages: number;
  readonly bytes: number;
  /** Sent and not yet acknowledged by the broker. */
  readonly inFlight: number;
}

export const outboxBounds: OutboxBounds = { messages: 5_000, bytes: 8 * 1024 * 1024, inFlight: 50 };

export interface OutboxParts {
  readonly bounds: OutboxBounds;
  /** `taken` is called when the broker has it, or with an error when it will not. */
  readonly send: (message: Outbound, taken: (error?: Error) => void) => void;
  /** Something was let go that nobody sends again. */
  readonly dropped: (reason: 'away' | 'outbox_full') => void;
  /** Retained state was let go while the broker was there: it must be published anew. */
  readonly fellBehind: () => void;
}

/** What waits to be sent to an outside broker, in order, within a bound. */
export interface Outbox {
  put(message: Outbound): void;
  /** The broker is there. */
  open(): void;
  /** The broker is gone. Commands wait for it; retained state does not, because all of it is published anew. */
  shut(): void;
  size(): number;
}

/**
 * While the broker is away, messages at QoS 1 that are not retained wait: a late command is refused by its device,
 * which reads `expires_at`. When there is no room the oldest one goes. Samples at QoS 0 are never kept.
 */
export function createOutbox({ bounds, send, dropped, fellBehind }: OutboxParts): Outbox {
  const waiting: Outbound[] = [];
  let bytes = 0;
  let inFlight = 0;
  let isOpen = false;

  const takeOldest = () => {
    const message = waiting.shift();
    if (message !== undefined) bytes -= message.payload.length;
    return message;
  };

  const pump = () => {
    while (isOpen && inFlight < bounds.inFlight) {
      const message = takeOldest();
      if (message === undefined) return;
      inFlight += 1;
      send(message, (error) => {
        inFlight -= 1;
        if (error !== undefined && !message.retain) {
          waiting.unshift(message);
          bytes += message.payload.length;
        }
        // Later: a broker that takes nothing must not be asked again and again in one turn.
        setImmediate(pump);
      });
    }
  };

  return {
    put(message) {
      if (message.qos === 0) {
        if (isOpen) send(message, () => {});
        else dropped('away');
        return;
      }
      if (!isOpen && message.retain) return;
      waiting.push(message);
      bytes += message.payload.length;
      let lostState = false;
      while (waiting.length > bounds.messages || bytes > bounds.bytes) {
        lostState = (takeOldest()?.retain ?? false) || lostState;
        dropped('outbox_full');
      }
      if (lostState) fellBehind();
      pump();
    },
    open() {
      isOpen = true;
      pump();
    },
    shut() {
      isOpen = false;
      const commands = waiting.filter(({ retain }) => !retain);
      waiting.splice(0, waiting.length, ...commands);
      bytes = commands.reduce((sum, { payload }) => sum + payload.length, 0);
    },
    size: () => waiting.length + inFlight,
  };
}
