import type { IPublishPacket } from 'mqtt';
import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import type { Role } from '../../../contract/auth.ts';
import type { Clock } from '../clock.ts';
import { createNowAndThen } from '../now-and-then.ts';
import { withoutUser } from './external-address.ts';
import { createLink } from './external-link.ts';
import { createOutbox, type OutboxBounds, outboxBounds } from './external-outbox.ts';
import { filtersOf, publishersOf } from './external-publisher.ts';
import { defaultLimits } from './limits.ts';
import { createMqttMetrics } from './mqtt-metrics.ts';
import { encodePayload } from './payload.ts';
import { createReceiver, type Outcome, toBuffer } from './receiver.ts';
import { createRefusalLog, type Refusal } from './refusal-log.ts';
import type { Identity, QoS, Topic } from './topic.ts';
import { topicPrefix } from './topic-path.ts';
import { createTopicRegistry } from './topic-registry.ts';
import type { MqttTransport } from './transport.ts';

export interface ExternalBusOptions {
  readonly site: string;
  readonly topics: readonly Topic[];
  /** Of the outside broker; see `LinkOptions`. */
  readonly url: string;
  /** The appliance's own unless told. */
  readonly clientId?: string;
  /** With whom it shares what it hears, at QoS 1: each message comes to one of those who name the same. */
  readonly share?: string;
  /** Who has this name and this role and may sign in; null for anybody else, revoked devices among them. */
  readonly identify: (name: string, role: Role) => Identity | null;
  readonly outbox?: Partial<OutboxBounds>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly onRefusal?: (refusal: Refusal) => void;
}

const absent = 'the outside MQTT broker is not connected';
/** How long nothing is said of a broker that stays away. */
const quietMs = 10 * 60_000;

/**
 * The bus over an outside broker. The same topics are handled by the same receiver; what the embedded broker checks at
 * its door (who signs in, who may publish and read, what may be retained) is the outside broker's to check, by the
 * access list that `mosquittoAcl` writes. Nothing happens before `start`.
 */
export function createExternalBus(options: ExternalBusOptions): MqttTransport {
  const { site, topics, clock, logger, identify } = options;
  const registry = createTopicRegistry(site, topics);
  const metrics = createMqttMetrics(options.metrics, {});
  const refusals = createRefusalLog(clock, logger, metrics, options.onRefusal ?? (() => {}));
  const receiver = createReceiver({ registry, clock, logger, metrics, refusals });
  const where = withoutUser(options.url);
  const worthSaying = createNowAndThen(clock, quietMs);
  const heard = topics.filter(({ direction, handle }) => direction === 'receive' && handle !== undefined);
  const publishers = new Map(heard.map((topic) => [topic.name, publishersOf(topic)]));
  const { share } = options;
  const inbound =
    share === undefined
      ? filtersFor(site, heard, (topic) => (topic.qos === 0 ? 0 : 1))
      : filtersFor(site, heard, () => 1, `$share/${share}/`);
  const ours = topics.filter(({ direction, retained }) => direction === 'send' && retained);
  const isOurs = new Set(ours.map(({ name }) => name));
  /** What the broker ought to retain of ours. */
  const kept = new Set<string>();
  let restore: () => void | Promise<void> = () => {};
  let phase: 'new' | 'running' | 'stopped' = 'new';
  let trouble: string | null = absent;

  const receive = (packet: IPublishPacket): Outcome | Promise<Outcome> => {
    const match = registry.match(packet.topic);
    if (match !== null && isOurs.has(match.topic.name)) return tidy(packet);
    const publisher = match && publishers.get(match.topic.name)?.(match.params);
    if (!publisher) {
      metrics.refused('unknown_topic');
      return 'refused';
    }
    const identity = identify(publisher.name, publisher.role);
    if (identity === null) {
      refusals.request('unknown_device', { ...publisher, userId: '' }, match.topic.name);
      return 'refused';
    }
    const { topic, retain } = packet;
    return receiver.receive({ topic, payload: toBuffer(packet.payload), retain, will: false, identity });
  };

  /** What the broker retained of ours while nobody here could tell it otherwise, and is no longer so. */
  const tidy = ({ topic, retain, payload }: IPublishPacket): Outcome => {
    if (retain && payload.length > 0 && !kept.has(topic)) {
      outbox.put({ address: topic, payload: Buffer.alloc(0), qos: 1, retain: true });
    }
    return 'accepted';
  };

  /** Resolves with what is still wrong. */
  const resume = async (): Promise<string | null> => {
    kept.clear();
    outbox.open();
    const refused = await link.subscribe(inbound);
    await restore();
    refused.push(...(await link.subscribe(filtersFor(site, ours, () => 0))));
    return refused.length === 0 ? null : `the outside MQTT broker refuses to tell of ${refused.join(', ')}`;
  };

  const link = createLink({
    url: options.url,
    clientId: options.clientId ?? `dugout-${site}`,
    clock,
    onMessage: receive,
    onUp() {
      trouble = 'the outside MQTT broker is being asked for its messages';
      resume().then(
        (wrong) => {
          trouble = wrong;
          if (wrong === null) logger.info({ broker: where }, 'connected to the outside MQTT broker');
          else logger.error({ broker: where }, wrong);
        },
        (error: unknown) => {
          // Lost again: that has been said.
          if (trouble === absent) return;
          logger.error({ err: error, broker: where }, 'the outside MQTT broker could not be used');
          link.cut();
        },
      );
    },
    onDown(reason) {
      outbox.shut();
      const isNews = trouble !== absent;
      trouble = absent;
      if (phase !== 'running') return;
      const isTime = worthSaying('away');
      const level = isNews || isTime ? 'warn' : 'debug';
      logger[level]({ err: reason, broker: where }, 'the outside MQTT broker is away');
    },
  });

  const outbox = createOutbox({
    bounds: { ...outboxBounds, ...options.outbox },
    send(message, taken) {
      if (message.qos === 0 && link.backlog() > defaultLimits.backlogBytes) {
        metrics.dropped('slow_subscriber');
        return;
      }
      metrics.message('sent');
      link.publish(message, taken);
    },
    dropped: metrics.dropped,
    fellBehind: link.cut,
  });
  for (const [name, help, read] of [
    [
      'dugout_mqtt_outside_connected',
      'Whether the outside broker is there',
      () => (trouble === null ? 1 : 0),
    ],
    ['dugout_mqtt_outbox_messages', 'Messages that wait for the outside broker', outbox.size],
  ] as const) {
    new Gauge({
      name,
      help,
      registers: [options.metrics],
      collect() {
        this.set(read());
      },
    });
  }

  const send = (topic: Topic, address: string, payload: Buffer, retain: boolean) => {
    if (phase !== 'running') {
      metrics.dropped('not_running');
      return;
    }
    if (retain && payload.length > 0) kept.add(address);
    else if (retain) kept.delete(address);
    outbox.put({ address, payload, qos: topic.qos === 0 ? 0 : 1, retain });
  };

  return {
    publish(topic, params, payload) {
      const address = registry.address(topic, params);
      send(topic, address, encodePayload(topic, payload), topic.retained);
    },
    clear: (topic, params) => send(topic, registry.address(topic, params), Buffer.alloc(0), true),
    disconnect(name) {
      logger.warn(
        { device: name, broker: where },
        'nothing more is taken from this device; its connection to the outside MQTT broker must be ended there',
      );
    },
    async start(restoring) {
      for (const topic of heard) {
        if (publishers.get(topic.name)) continue;
        logger.warn(
          { topic: topic.name },
          'an outside MQTT broker does not tell who sends here: nothing is taken from this topic',
        );
      }
      restore = restoring;
      phase = 'running';
      link.open();
      return null;
    },
    trouble: () => trouble,
    async stop() {
      if (phase === 'stopped') return;
      phase = 'stopped';
      await receiver.idle();
      await link.close();
      trouble = absent;
    },
  };
}

/** A topic whose publishers cannot be told is not asked for. */
function filtersFor(
  site: string,
  topics: readonly Topic[],
  qosOf: (topic: Topic) => QoS,
  before = '',
): Record<string, QoS> {
  const wanted = topics.filter((topic) => topic.direction === 'send' || publishersOf(topic) !== null);
  return Object.fromEntries(
    wanted.flatMap((topic) =>
      filtersOf(topic).map((filter) => [before + topicPrefix(site) + filter, qosOf(topic)]),
    ),
  );
}
