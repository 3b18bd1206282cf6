import { connect, type IPublishPacket, type MqttClient, Store } from 'mqtt';
import type { Cancel, Clock } from '../clock.ts';
import { userOf, withoutUser } from './external-address.ts';
import type { Outbound } from './external-outbox.ts';
import { createLane } from './lane.ts';
import type { Outcome } from './receiver.ts';
import type { QoS } from './topic.ts';

export interface LinkOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`, with the appliance's user and password where the broker wants them. */
  readonly url: string;
  readonly clientId: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Messages whose handlers may run at once. */
  readonly inFlight?: number;
  readonly onMessage: (packet: IPublishPacket) => Outcome | Promise<Outcome>;
  readonly onUp: () => void;
  readonly onDown: (reason: Error | null) => void;
}

/** A connection to an outside broker that is made again whenever it is lost. */
export interface Link {
  open(): void;
  publish(message: Outbound, taken: (error?: Error) => void): void;
  /** Resolves with the filters that the broker refused. */
  subscribe(filters: Readonly<Record<string, QoS>>): Promise<string[]>;
  /** Bytes that wait to be written. */
  backlog(): number;
  /** Begins anew: what is not acknowledged comes again. */
  cut(): void;
  /** Acknowledges what is handled, signs off and stays away. */
  close(): Promise<void>;
}

const keepAliveS = 15;
const connectTimeoutMs = 10_000;
const firstDelayMs = 500;
const longestDelayMs = 15_000;
/** A connection that has lasted as long was a good one. */
const steadyMs = 10_000;
const partingMs = 1_000;
const usualInFlight = 1_000;

/**
 * The session outlives the connection: at QoS 1 the broker keeps what was sent meanwhile, and sends again whatever was
 * not acknowledged.
 *
 * mqtt.js acknowledges a message when `handleMessage` calls back, and hands out the next one only then: one commit a
 * message. Told of an error, it goes on without acknowledging. So it is told so at once, and each message is
 * acknowledged here when its own handler has committed, in the order in which they came: those that are under way
 * together share a commit.
 */
export function createLink(options: LinkOptions): Link {
  const { clock, random = Math.random, inFlight: mostInFlight = usualInFlight } = options;
  // In a query mqtt.js would look for a client id.
  const client = connect(withoutUser(options.url), {
    ...userOf(options.url),
    clientId: options.clientId,
    protocolVersion: 4,
    clean: false,
    keepalive: keepAliveS,
    connectTimeout: connectTimeoutMs,
    manualConnect: true,
    // It would come back at a fixed beat, and with all others at once.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
  });
  const stores = { incomingStore: new Store(), outgoingStore: new Store() };
  Object.assign(client.options, stores);

  let stopped = false;
  let attempts = 0;
  let lastError: Error | null = null;
  let cancelRetry: Cancel | undefined;
  let cancelSteady: Cancel = () => {};
  let lane = createLane();
  let inFlight = 0;
  let goOn: (() => void) | null = null;

  /** Half of it by chance, so that those who lost their broker together do not come back together. */
  const delay = () => {
    const longest = Math.min(longestDelayMs, firstDelayMs * 2 ** attempts);
    attempts += 1;
    return longest * (0.5 + 0.5 * random());
  };
  /**
   * A broker sends again what was not acknowledged when its client comes back, and not before. The others' messages
   * are not held up until then.
   */
  const askAgain = () => {
    cancelSteady();
    cancelRetry ??= clock.after(delay(), cut);
  };
  const cut = () => void client.stream?.destroy();

  client.handleMessage = (packet, next) => {
    // What comes while we go is left unacknowledged: it comes again.
    if (stopped) return;
    const { stream } = client;
    inFlight += 1;
    lane.enter(options.onMessage(packet), (outcome) => {
      inFlight -= 1;
      if (packet.qos === 1 && outcome !== 'failed') acknowledge(stream, packet.messageId ?? 0);
      else if (packet.qos === 1) askAgain();
      if (goOn === null || inFlight >= mostInFlight) return;
      const resume = goOn;
      goOn = null;
      resume();
    });
    const proceed = () => next(later);
    if (inFlight < mostInFlight) proceed();
    else goOn = proceed;
  };
  client.on('connect', () => {
    cancelRetry = undefined;
    cancelSteady = clock.after(steadyMs, () => {
      attempts = 0;
    });
    lastError = null;
    options.onUp();
  });
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('close', () => {
    cancelSteady();
    cancelRetry?.();
    lane = createLane();
    goOn = null;
    options.onDown(lastError);
    if (!stopped) cancelRetry = clock.after(delay(), () => client.reconnect(stores));
  });

  return {
    open: () => void client.connect(),
    publish({ address, payload, qos, retain }, taken) {
      client.publish(address, payload, { qos, retain }, (error) => taken(error ?? undefined));
    },
    subscribe(filters) {
      const wanted = Object.entries(filters);
      if (wanted.length === 0) return Promise.resolve([]);
      const request = Object.fromEntries(wanted.map(([filter, qos]) => [filter, { qos }]));
      return new Promise((resolve, reject) => {
        client.subscribe(request, (error, _subscriptions, answer) => {
          if (answer === undefined) reject(error ?? new Error('no answer'));
          else resolve(wanted.flatMap(([filter], at) => (isRefusal(answer.granted[at]) ? [filter] : [])));
        });
      });
    },
    backlog: () => client.stream?.writableLength ?? 0,
    cut,
    async close() {
      stopped = true;
      cancelRetry?.();
      cancelSteady();
      // What has been handled is acknowledged within this turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (!client.connected) {
        client.end(true);
        return;
      }
      await new Promise<void>((resolve) => {
        const insist = clock.deadline(partingMs, () => client.end(true, () => resolve()));
        client.end(false, () => {
          insist();
          resolve();
        });
      });
    },
  };
}

const later = new Error('acknowledged when it is stored');

function acknowledge(stream: MqttClient['stream'], messageId: number): void {
  if (stream.destroyed) return;
  stream.write(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]));
}

// [MQTT-3.9.3-2]
const isRefusal = (code: number | object | undefined): boolean => typeof code !== 'number' || code > 2;
