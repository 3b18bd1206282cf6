import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { Problem } from '../errors.ts';
import { createNowAndThen } from '../now-and-then.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import { decodePayload } from './payload.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Identity } from './topic.ts';
import type { TopicRegistry } from './topic-registry.ts';

/** A message as it came, from whichever transport. */
export interface Incoming {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  /** It is, or is going to be, the sender's last will. */
  readonly will: boolean;
  readonly identity: Identity;
}

/**
 * `accepted`: handled, and what matters is stored. `refused`: not wanted, now or later. `failed`: it could not be
 * stored; the sender must not be told that it was.
 */
export type Outcome = 'accepted' | 'refused' | 'failed';

export interface Receiver {
  /** Topic, permission, payload, handler. Never throws; answers at once where the handler does. */
  receive(incoming: Incoming): Outcome | Promise<Outcome>;
  /** Whether `receive` would hand the message to its handler. Counts a refusal. */
  wouldAccept(incoming: Incoming): boolean;
  /** Resolves when every handler that runs now has settled. */
  idle(): Promise<void>;
}

export interface ReceiverParts {
  readonly registry: TopicRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MqttMetrics;
  readonly refusals: RefusalLog;
}

/** What happens to an inbound message, whichever broker it came through. */
export function createReceiver({ registry, clock, logger, metrics, refusals }: ReceiverParts): Receiver {
  const worthSaying = createNowAndThen(clock);
  const running = new Set<Promise<Outcome>>();

  const read = ({ topic: address, payload, retain, will, identity }: Incoming) => {
    const match = registry.match(address);
    const refusal = registry.publishRefusal(identity, match, { retain, will });
    if (match === null || refusal !== null) {
      refusals.request(refusal ?? 'unknown_topic', identity, match?.topic.name);
      return null;
    }
    const decoded = decodePayload(match.topic, payload);
    if (decoded.ok) return { ...match, value: decoded.value };
    refusals.request(decoded.refusal, identity, match.topic.name, decoded.where);
    return null;
  };

  const failure = (error: unknown, identity: Identity, topic: string): Outcome => {
    if (error instanceof Problem && error.kind.status < 500) {
      refusals.request(error.kind.code, identity, topic);
      return 'refused';
    }
    metrics.refused('handler_failed');
    const kind = error instanceof Error ? error.name : 'unknown';
    // It comes again until it is stored, so it is not told each time.
    if (worthSaying(`${kind} ${identity.name} ${topic}`)) {
      logger.error({ err: error, client: identity.name, topic }, 'an MQTT message could not be handled');
    }
    return 'failed';
  };

  return {
    receive(incoming) {
      metrics.message('received');
      const { identity, retain } = incoming;
      let topic = 'unknown';
      try {
        const message = read(incoming);
        if (message === null) return 'refused';
        topic = message.topic.name;
        const { params, value: payload } = message;
        const handling = message.topic.handle?.({
          params,
          payload,
          identity,
          receivedAt: clock.now(),
          retain,
        });
        if (handling === undefined) return 'accepted';
        const outcome = handling.then(
          () => 'accepted' as const,
          (error: unknown) => failure(error, identity, topic),
        );
        running.add(outcome);
        return outcome.finally(() => running.delete(outcome));
      } catch (error) {
        return failure(error, identity, topic);
      }
    },
    wouldAccept: (incoming) => read(incoming) !== null,
    idle: async () => {
      await Promise.all(running);
    },
  };
}

export const toBuffer = (payload: string | Buffer): Buffer =>
  Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
