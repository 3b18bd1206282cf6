import { Counter, Gauge, type Registry } from 'prom-client';

export type Direction = 'received' | 'sent';

export interface MqttMetrics {
  message(direction: Direction): void;
  /** Something a client asked for was refused: a sign-in, a message, a subscription. */
  refused(reason: string): void;
  /** Something the broker would have delivered or kept was let go to protect the rest. */
  dropped(reason: string): void;
}

/** What the gauges read when they are scraped. */
export interface MqttLevels {
  clients(): number;
  halfOpen(): number;
  retained(): number;
  queued(): number;
}

export function createMqttMetrics(registry: Registry, levels: MqttLevels): MqttMetrics {
  const counter = (name: string, help: string, label: string) =>
    new Counter({ name, help, labelNames: [label], registers: [registry] });
  const gauge = (name: string, help: string, read: () => number) =>
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
    message(direction) {
      moved[direction] += 1;
    },
    refused: (reason) => refused.inc({ reason }),
    dropped: (reason) => dropped.inc({ reason }),
  };
}
