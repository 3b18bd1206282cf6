import { setTimeout as delay } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import { layoutOf } from './formats.ts';
import type { SimulatedGlove } from './glove.ts';
import { backlogPackets, type GloveLink } from './glove-link.ts';

export interface MqttGloveOptions {
  readonly glove: SimulatedGlove;
  readonly broker: string;
  readonly site: string;
  readonly secret: string;
  /** Of the stream; all else is told at QoS 1. */
  readonly qos?: 0 | 1;
  readonly keepAliveSeconds?: number;
}

/** What is on its way at the end has this long to arrive. */
const farewellMs = 2_000;

/** A glove that speaks MQTT 3.1.1: meta and state are retained, and a last will says that it is gone. */
export function connectMqttGlove({
  glove,
  broker,
  site,
  secret,
  qos = 0,
  keepAliveSeconds = 10,
}: MqttGloveOptions): GloveLink {
  const { name } = glove;
  const root = `dugout/v1/${site}/glove/${name}`;
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  ready.catch(() => {});
  let client: MqttClient | null = null;
  let leaving: Promise<unknown> = Promise.resolve();
  let unsent = 0;
  let isKnown = false;
  let backlog: { bytes: Uint8Array; samples: number }[] = [];
  let battery = 1;

  const { id: layout_id, channels } = layoutOf(glove.calibrated);
  const meta = JSON.stringify({
    ...{ layout_id, channels, hand: glove.hand, rate_hz: glove.rateHz, device_auto: glove.deviceAuto },
    ...{ glove_class: 'simulated', analog_max: 4095, firmware: 'simulated' },
  });
  const tell = (aspect: 'state' | 'meta', payload: string) =>
    client?.publish(`${root}/${aspect}`, payload, { qos: 1, retain: true }, () => {});
  const state = (what: 'online' | 'idle' | 'offline') =>
    JSON.stringify({ state: what, battery, firmware: 'simulated' });

  const leave = (bytes: Uint8Array) =>
    client?.publish(`${root}/stream`, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { qos });

  function powerOn(): void {
    const next = connect(broker, {
      protocolVersion: 4,
      clientId: name,
      username: name,
      password: secret,
      clean: true,
      resubscribe: false,
      queueQoSZero: false,
      keepalive: keepAliveSeconds,
      reconnectPeriod: 500,
      will: { topic: `${root}/state`, payload: Buffer.from(state('offline')), qos: 1, retain: true },
    });
    client = next;
    next.on('connect', () => {
      tell('meta', meta);
      tell('state', state('online'));
      for (const { bytes } of backlog) leave(bytes);
      backlog = [];
      resolve();
    });
    // Who is away comes back; who says no has said so in a number (MQTT 3.1.1, table 3.1).
    next.on('error', (error) => {
      if ('code' in error && typeof error.code === 'number') reject(error);
    });
  }

  function send(bytes: Uint8Array, samples: number): void {
    if (client?.connected) {
      leave(bytes);
      return;
    }
    backlog.push({ bytes, samples });
    if (backlog.length > backlogPackets) unsent += backlog.shift()?.samples ?? 0;
  }

  powerOn();
  return {
    glove,
    ready,
    unsent: () => unsent + backlog.reduce((sum, { samples }) => sum + samples, 0),
    carry(departures) {
      for (const one of departures) {
        if (one.what === 'packet') send(one.packet.bytes, one.packet.samples);
        else if (one.what === 'state') {
          battery = one.battery;
          if (client?.connected) tell('state', state(one.state));
        } else if (!one.on) {
          // What the socket holds goes with the power; nothing is said.
          leaving = client?.endAsync(true) ?? leaving;
          client = null;
        } else if (isKnown) powerOn();
        // The glove's first life begins with the connection that is there already.
        isKnown = true;
      }
    },
    async stop() {
      if (client?.connected === true) {
        const heard = client.publishAsync(`${root}/state`, state('offline'), { qos: 1, retain: true });
        await Promise.race([heard.catch(() => {}), delay(farewellMs, undefined, { ref: false })]);
      }
      await client?.endAsync(client.connected !== true);
      await leaving;
    },
  };
}
