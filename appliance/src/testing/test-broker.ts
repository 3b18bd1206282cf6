import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { Role } from '../../contract/auth.ts';
import { systemClock } from '../platform/clock.ts';
import { type Broker, type BrokerOptions, createBroker } from '../platform/mqtt/broker.ts';
import { defineTopic, type Identity, nobody } from '../platform/mqtt/topic.ts';

export const site = 'labs-1';
export const address = (path: string): string => `dugout/v1/${site}/${path}`;

const kinds = ['rig', 'tablet', 'glove'] as const;

/** One topic of every sort there is. */
export const stateTopic = defineTopic({
  name: 'state',
  path: '{kind}/{id}/state',
  values: { kind: kinds },
  direction: 'receive',
  qos: 1,
  retained: true,
  payload: z.object({ state: z.enum(['online', 'offline']), battery: z.number().min(0).max(1).optional() }),
  publish: [{ roles: kinds, own: true }],
  subscribe: [{ roles: ['staff', 'admin'] }, { roles: kinds, own: true }],
  summary: 'What a device says about itself.',
});
export const commandTopic = defineTopic({
  name: 'command',
  path: '{kind}/{id}/command',
  values: { kind: kinds },
  direction: 'send',
  qos: 1,
  retained: false,
  payload: z.object({ name: z.string() }),
  publish: nobody,
  subscribe: [{ roles: kinds, own: true }],
  summary: 'What a device is to do.',
});
export const eventTopic = defineTopic({
  name: 'event',
  path: 'rig/{id}/event',
  direction: 'receive',
  qos: 1,
  retained: false,
  payload: z.object({ seq: z.int().min(0) }),
  publish: [{ roles: ['rig'], own: true }],
  subscribe: [{ roles: ['staff'] }],
  summary: 'What happened on a rig.',
});
export const streamTopic = defineTopic({
  name: 'stream',
  path: 'glove/{id}/stream',
  direction: 'receive',
  qos: 0,
  retained: false,
  payload: 'binary',
  publish: [{ roles: ['glove'], own: true }],
  subscribe: [{ roles: ['staff'] }],
  summary: 'Samples.',
});
export const boardTopic = defineTopic({
  name: 'board',
  path: 'public/board/{lane}',
  direction: 'send',
  qos: 1,
  retained: true,
  payload: z.object({ version: z.int() }),
  publish: nobody,
  subscribe: [{ roles: 'signed_in' }],
  summary: 'What every screen shows.',
});
export const tellingTopic = defineTopic({
  name: 'telling',
  path: 'player/{id}/telling',
  direction: 'send',
  qos: 1,
  retained: false,
  payload: z.object({ text: z.string() }),
  publish: nobody,
  subscribe: [{ roles: ['player'], own: true }],
  summary: 'What a player is told.',
});
export const testTopics = [stateTopic, commandTopic, eventTopic, streamTopic, boardTopic, tellingTopic];

const roles: readonly Role[] = ['admin', 'staff', 'tablet', 'rig', 'glove', 'player'];
/**
 * Anybody is who the part of the name before the first `_` says: `rig_1` is a rig. The password is the name. A player
 * goes by another name in topics.
 */
export const identityOf = (name: string): Identity | null => {
  const role = roles.find((one) => one === name.split('_')[0]);
  if (role === undefined) return null;
  const identity = { name, role, userId: `user-of-${name}` };
  return role === 'player' ? { ...identity, ownId: `id-of-${name}` } : identity;
};

export interface TestBrokerOptions extends Partial<BrokerOptions> {
  readonly restore?: (broker: Broker) => void | Promise<void>;
}

/** A real broker on a free port, stopped when the test is over. */
export async function aTestBroker({ restore, ...overrides }: TestBrokerOptions = {}) {
  const metrics = new Registry();
  const broker = createBroker({
    site,
    topics: testTopics,
    authenticate: async ({ username, password }) =>
      password.toString() === username ? identityOf(username) : null,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    metrics,
    ...overrides,
  });
  const { port } = await broker.start({ port: 0, host: '127.0.0.1', restore: () => restore?.(broker) });
  onTestFinished(() => broker.stop());

  const metric = async (name: string, labels: Record<string, string> = {}): Promise<number> => {
    const values = (await metrics.getSingleMetric(name)?.get())?.values ?? [];
    return values
      .filter((value) => Object.entries(labels).every(([label, text]) => value.labels[label] === text))
      .reduce((sum, { value }) => sum + value, 0);
  };

  return {
    broker,
    port,
    refused: (reason: string) => metric('dugout_mqtt_refused_total', { reason }),
    dropped: (reason: string) => metric('dugout_mqtt_dropped_total', { reason }),
    clients: () => metric('dugout_mqtt_clients'),
    metric,
    /** Resolves when signed in, rejects when refused. */
    connect: (name: string, options: IClientOptions = {}): Promise<MqttClient> =>
      connectClient(`mqtt://127.0.0.1:${port}`, name, options),
  };
}
export type TestBroker = Awaited<ReturnType<typeof aTestBroker>>;

export async function connectClient(url: string, name: string, options: IClientOptions): Promise<MqttClient> {
  const client = connect(url, {
    protocolVersion: 4,
    clientId: name,
    username: name,
    password: name,
    reconnectPeriod: 0,
    connectTimeout: 10_000,
    ...options,
  });
  onTestFinished(() => {
    client.end(true);
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  client.on('error', () => {});
  return client;
}

export const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => {
    client.once('close', () => resolve());
  });

/** Messages as they arrive, as text. */
export function inbox(client: MqttClient) {
  const messages: { topic: string; text: string; retain: boolean }[] = [];
  client.on('message', (topic, payload, { retain }) => {
    messages.push({ topic, text: payload.toString(), retain });
  });
  return messages;
}

/** Waits until `holds` does; the test's own timeout is the limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
