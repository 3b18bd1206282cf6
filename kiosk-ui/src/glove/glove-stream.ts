import type { MqttToken } from '@dugout/appliance/contract/auth.ts';
import { decodeFrame, type GloveFrame } from '@dugout/appliance/contract/glove-frame.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { request } from '../appliance-client/request.ts';

export type StreamState = 'connecting' | 'following' | 'cut_off';

export interface StreamListener {
  /** A whole frame of the glove, as it was sent. */
  frame(frame: GloveFrame): void;
  state(state: StreamState): void;
}

const firstWaitMs = 500;
const longestWaitMs = 4_000;

/** `https://…` → `wss://…/mqtt`, on our own origin. */
const broker = () => `${location.origin.replace(/^http/u, 'ws')}/mqtt`;

/**
 * Follows the frames of one glove over MQTT until it is closed, however often the connection is lost. Frames travel at
 * QoS 0: one that was lost is a gap in the numbers of those that came.
 */
export function followGlove(site: string, glove: string, listener: StreamListener): { close(): void } {
  const topic = `dugout/v1/${site}/glove/${glove}/stream`;
  let client: MqttClient | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  let failures = 0;

  function again(): void {
    client?.end(true);
    client = undefined;
    if (closed) return;
    listener.state('cut_off');
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(() => void open(), wait);
  }

  async function open(): Promise<void> {
    listener.state('connecting');
    const token = await request<MqttToken>('POST', '/api/mqtt-token').catch(() => null);
    if (closed) return;
    if (token === null) return again();
    const opening = mqtt.connect(broker(), {
      protocolVersion: 4,
      username: token.username,
      password: token.password,
      clientId: `${token.username}-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`,
      clean: true,
      keepalive: 10,
      // Its own timers would run in a worker made of a blob, which the page's security policy rightly refuses.
      timerVariant: 'native',
      // A new connection needs a new token.
      reconnectPeriod: 0,
    });
    client = opening;
    opening.on('connect', () => {
      opening.subscribe(topic, { qos: 0 }, (_error, granted) => {
        if (granted?.[0]?.qos !== 0) return again();
        failures = 0;
        listener.state('following');
      });
    });
    opening.on('message', (_topic, payload) => {
      const decoded = decodeFrame(payload);
      if (decoded.ok) listener.frame(decoded.frame);
    });
    opening.on('error', () => {});
    opening.on('close', () => {
      if (client === opening) again();
    });
  }

  void open();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      client?.end(true);
    },
  };
}
