import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { createNowAndThen } from '../now-and-then.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import type { Identity } from './topic.ts';

/** A client did what it may not, or sent what its topic does not take. Told so that its device can be marked. */
export interface Refusal {
  readonly reason: string;
  readonly identity: Identity;
  /** Name of the declared topic; undefined where none fits. */
  readonly topic: string | undefined;
}

export interface RefusalLog {
  /** `where` is a place in a payload, never its content. */
  request(reason: string, identity: Identity, topic?: string, where?: string): void;
  /** A connection is refused or ended; `identity` where it is known whose it is. */
  connection(reason: string, address: string, identity?: Identity): void;
}

/** Counts every refusal and logs each kind once a minute per client, so that a mad device cannot flood the log. */
export function createRefusalLog(
  clock: Clock,
  logger: Logger,
  metrics: MqttMetrics,
  told: (refusal: Refusal) => void,
): RefusalLog {
  const worthSaying = createNowAndThen(clock);

  const warn = (fields: Record<string, string | undefined>, text: string) => {
    if (worthSaying(Object.values(fields).join(' '))) logger.warn(fields, text);
  };

  const tell = (refusal: Refusal) => {
    try {
      told(refusal);
    } catch (error) {
      logger.error({ err: error, reason: refusal.reason }, 'a listener to MQTT refusals failed');
    }
  };

  return {
    request(reason, identity, topic, where) {
      metrics.refused(reason);
      warn({ reason, client: identity.name, topic, where }, 'MQTT request refused');
      tell({ reason, identity, topic });
    },
    connection(reason, address, identity) {
      metrics.refused(reason);
      warn({ reason, address, client: identity?.name }, 'MQTT connection refused');
      if (identity !== undefined) tell({ reason, identity, topic: undefined });
    },
  };
}
