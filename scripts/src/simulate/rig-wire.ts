import { setTimeout as delay } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import type { z } from 'zod';
import {
  DeviceCommandPayload,
  type DeviceReplyPayload,
  VenueTime,
} from '../../../appliance/contract/devices.ts';
import type { RigEventPayload } from '../../../appliance/contract/rigs.ts';
import type { DeviceIdentity } from './mqtt-device.ts';

export type Command = z.infer<typeof DeviceCommandPayload>;

export interface RigWireListener {
  /** Answers a command; a repetition is answered as before. */
  onCommand(command: Command): DeviceReplyPayload;
  /** Resolves when all that happened has been told: only then does the rig say how it is. */
  allTold(): Promise<void>;
  /** The game that is played now. */
  playing(): string | null;
}

export interface RigWireOptions {
  readonly identity: DeviceIdentity;
  /** Where `/api/time` is. */
  readonly url: string;
  /** The rig's own clock, epoch milliseconds. */
  readonly deviceNow: () => number;
}

/** A rig that is switched off has this long to say so. */
const farewellMs = 2_000;
const measurements = 3;
const measuresEveryMs = 60_000;

/**
 * The venue's side of a rig's socket, as docs/rigs/README.md has it: the same client id and session at every start, a
 * keep-alive, a last will. Comes back by itself for as long as it has power.
 */
export function connectRig({ identity, url, deviceNow }: RigWireOptions, listener: RigWireListener) {
  const { broker, site, name, secret, keepAliveSeconds } = identity;
  const root = `dugout/v1/${site}/rig/${name}`;
  const client: MqttClient = connect(broker, {
    protocolVersion: 4,
    clientId: name,
    username: name,
    password: secret,
    clean: false,
    resubscribe: false,
    keepalive: keepAliveSeconds,
    reconnectPeriod: 500,
    will: { topic: `${root}/state`, payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: true },
  });
  let clock: { offset: number; roundTrip: number } | null = null;
  let saying = 0;

  const publish = (topic: string, payload: object, retain = false) =>
    client.publishAsync(`${root}/${topic}`, JSON.stringify(payload), { qos: 1, retain });

  async function say(): Promise<void> {
    saying += 1;
    const mine = saying;
    await listener.allTold();
    if (mine !== saying || !client.connected) return;
    const game_id = listener.playing();
    const at = new Date(deviceNow()).toISOString();
    const measured =
      clock === null ? {} : { clock_offset_ms: clock.offset, clock_round_trip_ms: clock.roundTrip };
    const state = {
      state: game_id === null ? 'idle' : 'busy',
      game_id,
      at,
      firmware: 'simulated',
      ...measured,
    };
    await publish('state', state, true).catch(() => {});
  }

  /** NTP's four stamps, a few times; the shortest way is the best. */
  async function measureClock(): Promise<void> {
    let best: typeof clock = null;
    for (let count = 0; count < measurements; count += 1) {
      const t0 = deviceNow();
      const answer = await fetch(`${url}/api/time`, { signal: AbortSignal.timeout(2_000) });
      const { t1, t2 } = VenueTime.parse(await answer.json());
      const t3 = deviceNow();
      const roundTrip = Math.max(0, t3 - t0 - (t2 - t1));
      if (best === null || roundTrip < best.roundTrip)
        best = { roundTrip, offset: (t1 - t0 + (t2 - t3)) / 2 };
    }
    clock = best;
  }

  const measureNowAndThen = setInterval(() => {
    measureClock()
      .then(say)
      .catch(() => {});
  }, measuresEveryMs).unref();

  async function greet(): Promise<void> {
    await client.subscribeAsync(`${root}/command`, { qos: 1 });
    await say();
    await measureClock();
    await say();
  }

  const { promise: refused, reject: refuse } = Promise.withResolvers<never>();
  refused.catch(() => {});
  client.on('connect', () => void greet().catch(() => {}));
  // A broker that is away will be there again; one that says no has said so in a number (MQTT 3.1.1, table 3.1).
  client.on('error', (error) => {
    if ('code' in error && typeof error.code === 'number') refuse(error);
  });
  client.on('message', (topic, payload) => {
    const command = DeviceCommandPayload.safeParse(JSON.parse(payload.toString())).data;
    if (topic !== `${root}/command` || command === undefined) return;
    void publish('reply', listener.onCommand(command)).catch(() => {});
  });

  return {
    /** Rejects when the broker does not want this rig; never resolves. */
    refused,
    say: () => void say(),
    /** Venue time, as well as it has been measured. */
    venueNow: () => deviceNow() + (clock?.offset ?? 0),
    /** Resolves when the venue has it on its disk. */
    tell: (event: RigEventPayload) => publish('event', event),
    /** The plug is pulled: the socket is gone, and nothing was said. */
    losePower(): Promise<void> {
      clearInterval(measureNowAndThen);
      return client.endAsync(true);
    },
    /** Switched off: it says so. */
    async leave(): Promise<void> {
      clearInterval(measureNowAndThen);
      const heard = client.connected
        ? publish('state', { state: 'offline' }, true).then(
            () => true,
            () => false,
          )
        : false;
      const isHeard = await Promise.race([heard, delay(farewellMs, false, { ref: false })]);
      await client.endAsync(!isHeard);
    },
  };
}
export type RigWire = ReturnType<typeof connectRig>;
