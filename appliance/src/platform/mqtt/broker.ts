import type { Server } from 'node:http';
import { Aedes } from 'aedes';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Role } from '../../../contract/auth.ts';
import type { Clock } from '../clock.ts';
import type { Carrier } from './carrier.ts';
import { createClients } from './clients.ts';
import { Connection } from './connection.ts';
import { createEmitter } from './emitter.ts';
import { createFailClosed } from './fail-closed.ts';
import { createFanOut, noFanOut } from './fan-out.ts';
import { createForwarding } from './forwarding.ts';
import { createFrontDoor } from './front-door.ts';
import { createHooks } from './hooks.ts';
import { createIntake } from './intake.ts';
import { allLevers, type Levers } from './levers.ts';
import { type BrokerLimits, defaultLimits } from './limits.ts';
import type { MessageBus } from './message-bus.ts';
import { createMqttMetrics } from './mqtt-metrics.ts';
import { encodePayload } from './payload.ts';
import { createPersistence } from './persistence.ts';
import { createPersistentSessions, sessionKey } from './persistent-sessions.ts';
import { createReceiver } from './receiver.ts';
import { createRefusalLog, type Refusal } from './refusal-log.ts';
import { createRetainedMessages } from './retained-messages.ts';
import type { Sample } from './sample-reader.ts';
import { takeSamplesOf } from './samples.ts';
import { type Authenticate, createSignIn } from './sign-in.ts';
import { createSlowReaders } from './slow-readers.ts';
import { createTcpCarrier } from './tcp-carrier.ts';
import { createTcpListener } from './tcp-listener.ts';
import type { Identity, QoS, Topic } from './topic.ts';
import { createTopicRegistry, type TopicRegistry } from './topic-registry.ts';
import { createWebSocketCarrier } from './websocket-carrier.ts';
import { openWebSocketDoor } from './websocket-door.ts';

/** Longer than this no timer can be set. */
const forever = 2 ** 31 - 1;

export interface BrokerOptions {
  readonly site: string;
  readonly topics: readonly Topic[];
  readonly authenticate: Authenticate;
  /** Who may keep a session while away. */
  readonly persistentRoles?: readonly Role[];
  readonly limits?: Partial<BrokerLimits>;
  /** All of them, unless a benchmark or a test pulls fewer. */
  readonly levers?: Partial<Levers>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Told of every refused message and subscription, so that a device can be marked. */
  readonly onRefusal?: (refusal: Refusal) => void;
  /** Told when the last connection of an identity has ended, with or without a last will. */
  readonly onGone?: (identity: Identity) => Promise<void>;
}

export interface Broker extends MessageBus {
  readonly registry: TopicRegistry;
  /**
   * Opens the TCP listener and resolves with its port. `restore` runs before anybody can connect: it publishes the
   * retained state of the database.
   */
  start(where: {
    readonly port: number;
    readonly host: string;
    readonly restore?: () => void | Promise<void>;
  }): Promise<{ readonly port: number }>;
  /** MQTT over WebSocket on an HTTP server; pages of other origins than its own must be listed. */
  attach(server: Server, path: string, options: { readonly origins: readonly string[] }): void;
  listening(): boolean;
  /** Closes every connection without publishing last wills and waits for the handlers that run. */
  stop(): Promise<void>;
}

/** The embedded broker: aedes, with everything that it leaves open closed. Nothing happens before `start`. */
export function createBroker(options: BrokerOptions): Broker {
  const { clock, logger, authenticate, persistentRoles = [] } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const levers = { ...allLevers, ...options.levers };
  const registry = createTopicRegistry(options.site, options.topics);
  const clients = createClients();
  const sessions = createPersistentSessions(limits);
  const retained = createRetainedMessages(limits.retainedMessages, limits.retainedBytes);
  const metrics = createMqttMetrics(options.metrics, {
    clients: clients.count,
    halfOpen: () => frontDoor.halfOpen(),
    subscriptions: clients.subscriptions,
    retained: retained.count,
    retainedBytes: retained.bytes,
    sessions: sessions.count,
    queued: sessions.queued,
    queuedBytes: sessions.queuedBytes,
  });
  const refusals = createRefusalLog(clock, logger, metrics, options.onRefusal ?? (() => {}));
  const receiver = createReceiver({ registry, clock, logger, metrics, refusals });
  const judge = createSlowReaders(limits, metrics);
  const fanOut = levers.fanOut ? createFanOut(judge) : noFanOut;
  const failClosed = createFailClosed(logger);
  const intake = createIntake(receiver, refusals, limits, failClosed);
  let phase: 'new' | 'restoring' | 'listening' | 'stopped' = 'new';

  const signIn = createSignIn({
    authenticate,
    clients,
    receiver,
    limits,
    persistentRoles,
    refusals,
    logger,
    onSignedIn(connection) {
      metrics.connected();
      frontDoor.signedIn(connection);
    },
  });
  const emitter = createEmitter(fanOut, (error) => {
    logger.error({ err: error }, 'an MQTT message could not be delivered');
  });
  const aedes = new Aedes({
    ...signIn.hooks,
    ...createHooks({
      registry,
      clients,
      intake,
      forward: createForwarding(registry, judge, metrics, fanOut),
      refusals,
      limits,
      failClosed,
      stopping: () => phase === 'stopped',
    }),
    mq: emitter,
    persistence: createPersistence(sessions, retained, metrics, limits.sockets, {
      keyOf: (clientId) => sessionKey(clients.withId(clientId)?.identity.name ?? '', clientId),
      maySubscribe(clientId, filter) {
        const client = clients.withId(clientId);
        return client !== undefined && registry.maySubscribe(client.identity, filter);
      },
    }),
    concurrency: 0,
    connectTimeout: limits.connectTimeoutMs,
    // The connection watches over it, in the same way whoever writes. aedes only gathers those who wait.
    drainTimeout: forever,
    maxInflightInbound: limits.inflightInbound,
  });
  if (levers.fastParse) {
    const publish = ({ topic, payload }: Sample) => send(topic, payload, 0, false);
    aedes.on('clientReady', (client) => {
      const sender = clients.of(client);
      sender?.connection.takeSamples(takeSamplesOf(sender, { intake, fanOut, failClosed, publish }));
    });
  }
  aedes.on('unsubscribe', (filters, client) => {
    for (const filter of filters) clients.of(client)?.filters.delete(filter);
  });
  aedes.on('clientDisconnect', (client) => {
    const { identity } = clients.of(client) ?? {};
    if (identity === undefined || phase !== 'listening') return;
    if (clients.named(identity.name).some((other) => other.client !== client)) return;
    options.onGone?.(identity).catch((error: unknown) => {
      logger.error({ err: error, client: identity.name }, 'that a client is gone could not be noted');
    });
  });
  for (const event of ['clientError', 'connectionError'] as const) {
    // An `errorCode` is that of a CONNACK: the sign-in was refused, and counted.
    aedes.on(event, ({ id, conn, closed }, error) => {
      logger.debug({ client: id, err: error }, 'MQTT client lost');
      if (conn instanceof Connection && !conn.isLost && !closed && !('errorCode' in error)) {
        frontDoor.refuse(conn, 'malformed');
      }
    });
  }
  const onError = (error: unknown) => logger.error({ err: error }, 'the MQTT broker failed');
  aedes.addListener('error', onError);

  const frontDoor = createFrontDoor({
    limits,
    levers,
    clock,
    metrics,
    refusals,
    ownerOf: (connection) => clients.on(connection)?.identity,
    handle: (connection) => aedes.handle(connection),
  });
  const listener = createTcpListener((socket) => frontDoor.accept(createTcpCarrier(socket, clock)), onError);
  const webSocketDoors: (() => void)[] = [];

  const send = (topic: string, payload: Buffer, qos: QoS, retain: boolean) => {
    if (phase !== 'listening' && phase !== 'restoring') {
      metrics.dropped('not_running');
      return;
    }
    aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) => {
      if (error) logger.error({ err: error, topic }, 'an MQTT message could not be published');
    });
  };

  const stop = async () => {
    if (phase === 'stopped') return;
    phase = 'stopped';
    for (const close of webSocketDoors) close();
    const closed = listener.close();
    await new Promise<void>((resolve) => {
      aedes.close(resolve);
    });
    frontDoor.shut();
    await closed;
    await receiver.idle();
  };

  return {
    registry,
    async start({ port, host, restore }) {
      try {
        await aedes.listen();
        phase = 'restoring';
        await restore?.();
        const listening = await listener.listen(port, host);
        phase = 'listening';
        return { port: listening };
      } catch (error) {
        await stop();
        throw error;
      }
    },
    attach(server, path, { origins }) {
      const accept = (carrier: Carrier) =>
        phase === 'listening' ? frontDoor.accept(carrier) : carrier.cut();
      const close = openWebSocketDoor(server, {
        path,
        origins,
        maxFrameBytes: 2 * limits.packetBytes,
        accept: (websocket, address) => accept(createWebSocketCarrier(websocket, address, clock)),
        refused: refusals.connection,
      });
      webSocketDoors.push(close);
    },
    listening: () => phase === 'listening',
    publish(topic, params, payload) {
      const address = registry.address(topic, params);
      send(address, encodePayload(topic, payload), topic.qos, topic.retained);
    },
    clear: (topic, params) => send(registry.address(topic, params), Buffer.alloc(0), topic.qos, true),
    disconnect(name) {
      signIn.revoke(name);
      for (const { connection } of clients.named(name)) connection.cut('disconnected');
      sessions.forgetAll((key) => key.startsWith(sessionKey(name, '')));
    },
    stop,
  };
}
