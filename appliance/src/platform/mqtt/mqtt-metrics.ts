import { Counter, Gauge, type Registry } from 'prom-client';

export type Direction = 'received' | 'sent';

export interface MqttMetrics {
  message(direction: Direction, count?: number): void;
  /** Something a client asked for was refused: a sign-in, a message, a subscription. */
  refused(reason: string): void;
  /** Something the broker would have delivered or kept was let go to protect the rest. */
  dropped(reason: string, count?: number): void;
}

/** What the gauges read when they are scraped; those of an outside broker are its own. */
export interface MqttLevels {
  clients(): number;
  halfOpen(): number;
  retained(): number;
  queued(): number;
}

export function createMqttMetrics(registry: Registry, levels: Partial<MqttLevels>): MqttMetrics {
  const counter = (name: string, help: string, label: string) =>
    new Counter({ name, help, labelNames: [label], registers: [registry] });
  const gauge = (name: string, help: string, read?: () => number) =>
    read &&
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });

  gauge('dugout_mqtt_clients', 'Clients signed in', levels.clients);
  gauge('dugout_mqtt_half_open', 'Connections not signed in yet', levels.halfOpen);
  gauge('dugout_mqtt_retained_messages', 'Messages kept for the next subscriber', levels.retained);
  gauge('dugout_mqtt_queued_messages', 'Messages kept for clients that are away', levels.queued);
  // Counted in plain numbers: this is done per message, the labels are looked up per scrape.
  const moved = { received: 0, sent: 0 };
  new Counter({
    name: 'dugout_mqtt_messages_total',
    help: 'PUBLISH packets moved',
    labelNames: ['direction'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ direction: 'received' }, moved.received);
      this.inc({ direction: 'sent' }, moved.sent);
    },
  });
  const refused = counter('dugout_mqtt_refused_total', 'What clients asked for and did not get', 'reason');
  const dropped = counter('dugout_mqtt_dropped_total', 'Messages let go to protect the rest', 'reason');
  return {
    message(direction, count = 1) {
      moved[direction] += count;
    },
    refused: (reason) => refused.inc({ reason }),
    dropped: (reason, count = 1) => dropped.inc({ reason }, count),
  };
}
