import { Counter, Gauge, type Registry } from 'prom-client';

export type Direction = 'received' | 'sent';

/** Why the broker cut a connection off. */
export type Cut =
  | 'connect_timeout'
  | 'sign_in_timeout'
  | 'keep_alive'
  | 'drain_timeout'
  | 'too_slow'
  | 'misbehaved'
  | 'not_stored'
  | 'disconnected'
  | 'stopped';

export interface MqttMetrics {
  message(direction: Direction, count?: number): void;
  bytes(direction: Direction, count: number): void;
  /** A client has signed in. */
  connected(): void;
  cut(reason: Cut): void;
  /** Something a client asked for was refused: a sign-in, a message, a subscription. */
  refused(reason: string): void;
  /** Something the broker would have delivered or kept was let go to protect the rest. */
  dropped(reason: string, count?: number): void;
}

/** What the gauges read when they are scraped; those of an outside broker are its own. */
export interface MqttLevels {
  clients(): number;
  halfOpen(): number;
  subscriptions(): number;
  retained(): number;
  retainedBytes(): number;
  sessions(): number;
  queued(): number;
  queuedBytes(): number;
}

/** Counted in plain numbers: this is done for each message, also in a flood; the labels are looked up for each scrape. */
export function createMqttMetrics(registry: Registry, levels: Partial<MqttLevels>): MqttMetrics {
  const counter = <Label extends string>(name: string, help: string, label: string) => {
    const counts = new Map<Label, number>();
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [text, count] of counts) this.inc({ [label]: text }, count);
      },
    });
    return (text: Label, count = 1) => void counts.set(text, (counts.get(text) ?? 0) + count);
  };
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
  gauge('dugout_mqtt_subscriptions', 'Subscriptions of the clients signed in', levels.subscriptions);
  gauge('dugout_mqtt_retained_messages', 'Messages kept for the next subscriber', levels.retained);
  gauge('dugout_mqtt_retained_bytes', 'Topics and payloads of those', levels.retainedBytes);
  gauge('dugout_mqtt_sessions', 'Sessions kept for clients whether they are there or away', levels.sessions);
  gauge('dugout_mqtt_queued_messages', 'Messages of sessions that are not acknowledged', levels.queued);
  gauge('dugout_mqtt_queued_bytes', 'Payloads of those', levels.queuedBytes);
  const message = counter<Direction>('dugout_mqtt_messages_total', 'PUBLISH packets moved', 'direction');
  const bytes = counter<Direction>('dugout_mqtt_bytes_total', 'Bytes moved, all packets', 'direction');
  const connected = counter<'accepted'>('dugout_mqtt_sign_ins_total', 'Clients that signed in', 'result');
  const cut = counter<Cut>('dugout_mqtt_cut_total', 'Connections that the broker cut off', 'reason');
  const refused = counter('dugout_mqtt_refused_total', 'What clients asked for and did not get', 'reason');
  const dropped = counter('dugout_mqtt_dropped_total', 'Messages let go to protect the rest', 'reason');
  return { message, bytes, connected: () => connected('accepted'), cut, refused, dropped };
}
