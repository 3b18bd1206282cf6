import type { SignedIn } from './clients.ts';
import type { BrokerLimits } from './limits.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import type { QoS } from './topic.ts';

/** `skip`: it is too far behind for a sample. `gone`: it was too far behind for anything, and is cut off. */
export type Verdict = 'deliver' | 'skip' | 'gone';

/** Decides on messages that are about to be delivered, by the quality of service they were sent at, and counts them. */
export type JudgeReader = (reader: SignedIn, qos: QoS, messages: number) => Verdict;

/** Whoever falls behind loses samples first and the connection next; nobody waits for it. */
export function createSlowReaders(limits: BrokerLimits, metrics: MqttMetrics): JudgeReader {
  // A burst fills a connection faster than anybody could empty it: what waits says little before it has waited.
  const isBehind = ({ stalledMs }: SignedIn['connection'], backlog: number) =>
    backlog > limits.burstBytes || stalledMs >= limits.slowAfterMs;
  return ({ connection }, qos, messages) => {
    const { backlog } = connection;
    if (qos === 0 && backlog > limits.backlogBytes && isBehind(connection, backlog)) {
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
}
