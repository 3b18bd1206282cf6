import type { SignedIn } from './clients.ts';
import type { BrokerLimits } from './limits.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import type { QoS } from './topic.ts';

/** `skip`: it is too far behind for a sample. `gone`: it was too far behind for anything, and is cut off. */
export type Verdict = 'deliver' | 'skip' | 'gone';

/** Decides on messages that are about to be delivered, by the quality of service they were sent at, and counts them. */
export type JudgeReader = (reader: SignedIn, qos: QoS, messages: number) => Verdict;

/** Whoever falls behind loses samples first and the connection next; nobody waits for it. */
export const createSlowReaders =
  (limits: BrokerLimits, metrics: MqttMetrics): JudgeReader =>
  ({ connection }, qos, messages) => {
    const backlog = connection.backlog;
    if (backlog > limits.backlogBytes && qos === 0) {
      metrics.dropped('slow_subscriber', messages);
      return 'skip';
    }
    if (backlog > limits.cutOffBytes) {
      metrics.dropped('cut_off', messages);
      connection.cut('too_slow');
      return 'gone';
    }
    metrics.message('sent', messages);
    return 'deliver';
  };
