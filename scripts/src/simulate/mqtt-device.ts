import { setTimeout as delay } from 'node:timers/promises';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { z } from 'zod';
import { GameState } from '../../../appliance/contract/games.ts';
import type { SeenGame } from './rig-rules.ts';

export interface DeviceIdentity {
  readonly broker: string;
  readonly site: string;
  readonly kind: 'rig' | 'board';
  readonly name: string;
  readonly secret: string;
  /** 0 for none, where the broker's clock does not run as ours does and it would miss us. */
  readonly keepAliveSeconds: number;
}

export interface DeviceListener {
  /** The connection is there, for the first time or again: what was known may be old. */
  onConnect(): void;
  onGame(game: SeenGame): void;
}

const GameSeen = z.object({ id: z.string(), state: GameState, station_id: z.string().nullable() });
type Presence = 'idle' | 'busy' | 'offline';
/** An appliance that does not hear a farewell in time sees the last will. */
const farewellMs = 2_000;

/**
 * A device that is signed in over MQTT 3.1.1: it tells of its birth at every connection, leaves a last will, and
 * hears of every game. The `mqtt` package comes back by itself when the appliance restarts. Rejects when the sign-in is
 * refused, or `stop` is aborted before it has succeeded.
 */
export async function connectDevice(
  identity: DeviceIdentity,
  { onConnect, onGame }: DeviceListener,
  stop: AbortSignal,
) {
  const { broker, site, kind, name, secret, keepAliveSeconds } = identity;
  const root = `dugout/v1/${site}`;
  const stateTopic = `${root}/${kind}/${name}/state`;
  const presence = (state: Presence) => JSON.stringify({ state, firmware: 'simulated' });
  const options: IClientOptions = {
    protocolVersion: 4,
    clientId: `${name}-simulated`,
    username: name,
    password: secret,
    clean: true,
    resubscribe: false,
    keepalive: keepAliveSeconds,
    reconnectPeriod: 500,
    will: { topic: stateTopic, payload: Buffer.from(presence('offline')), qos: 1, retain: true },
  };
  const client = connect(broker, options);
  client.on('message', (topic, payload) => {
    if (topic.startsWith(`${root}/game/`) && payload.length > 0) {
      const game = GameSeen.safeParse(JSON.parse(payload.toString()));
      if (game.success) onGame(game.data);
    }
  });
  let now: Presence = 'idle';
  /** True when it was heard. What is lost with its connection is said again at the next one. */
  const say = (): Promise<boolean> =>
    client.publishAsync(stateTopic, presence(now), { qos: 1, retain: true }).then(
      () => true,
      () => false,
    );
  const greet = () => {
    void say();
    onConnect();
    client.subscribe(`${root}/game/+/state`, { qos: 1 });
  };
  await signedIn(client, stop).catch(async (error: unknown) => {
    await client.endAsync(true);
    throw error;
  });
  client.on('error', () => {}).on('connect', greet);
  greet();

  return {
    become(state: 'idle' | 'busy'): void {
      now = state;
      if (client.connected) void say();
    },
    /** The plug is pulled: no farewell, and the broker publishes the last will. */
    pullPlug: () => client.endAsync(true),
    async leave(): Promise<void> {
      now = 'offline';
      const heard = client.connected && say();
      const isHeard = await Promise.race([heard, delay(farewellMs, false, { ref: false })]);
      await client.endAsync(!isHeard);
    },
  };
}
export type DeviceConnection = Awaited<ReturnType<typeof connectDevice>>;

function signedIn(client: MqttClient, stop: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const giveUp = () => reject(stop.reason);
  client.once('connect', () => resolve()).once('error', reject);
  if (stop.aborted) giveUp();
  stop.addEventListener('abort', giveUp);
  return promise.finally(() => stop.removeEventListener('abort', giveUp));
}
