import { connectAsync, type MqttClient } from 'mqtt';
import { expect, onTestFinished } from 'vitest';
import type { Station } from '../../contract/attractions.ts';
import type { Device, DeviceCommandPayload } from '../../contract/devices.ts';
import type { Game, GameTransition } from '../../contract/games.ts';
import type { RigEvent, RigEventPayload } from '../../contract/rigs.ts';
import type { TestAppliance } from './test-appliance.ts';
import { until } from './test-broker.ts';
import { aUser, type Credentials } from './test-users.ts';

export interface RigAtStation extends Credentials {
  readonly station: Station;
}

/** A rig that is enrolled and stands at a station of its own. */
export async function aRigAtStation(venue: TestAppliance, attraction = 'derby'): Promise<RigAtStation> {
  const credentials = await aUser(venue, 'rig');
  const body = { name: `Rig ${credentials.username}`, attraction, device: credentials.username };
  const made = await venue.post('/api/stations', { as: 'user', body });
  expect(made).toMatchObject({ status: 201 });
  return { ...credentials, station: made.body };
}

/** An MQTT client as a rig or another device has it: it hears its commands, then says that it is there. */
export async function connectDevice(
  venue: Pick<TestAppliance, 'ports'>,
  { username, password }: Credentials,
  { kind = 'rig', birth = { state: 'idle', game_id: null } as object, clean = true } = {},
) {
  const root = `dugout/v1/labs/${kind}/${username}`;
  const client: MqttClient = await connectAsync(`mqtt://127.0.0.1:${venue.ports.mqtt}`, {
    protocolVersion: 4,
    clientId: username,
    username,
    password,
    clean,
    // On a clock that is moved by hand a connection must not seem silent.
    keepalive: 120,
    reconnectPeriod: 0,
    will: { topic: `${root}/state`, payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: true },
  });
  client.on('error', () => {});
  onTestFinished(() => {
    client.end(true);
  });
  const commands: DeviceCommandPayload[] = [];
  client.on('message', (topic, payload) => {
    if (topic.endsWith('/command')) commands.push(JSON.parse(payload.toString()));
  });
  const say = (state: object) =>
    client.publishAsync(`${root}/state`, JSON.stringify(state), { qos: 1, retain: true });
  const tell = (event: RigEventPayload) =>
    client.publishAsync(`${root}/event`, JSON.stringify(event), { qos: 1 });
  await client.subscribeAsync(`${root}/command`, { qos: 1 });
  await say(birth);
  return {
    client,
    commands,
    say,
    /** Resolves when the event is acknowledged. */
    tell,
    reply: (command_id: string, ok = true, code?: string) =>
      client.publishAsync(`${root}/reply`, JSON.stringify({ command_id, ok, code }), { qos: 1 }),
    /** The first command of this name, as soon as it is there. */
    async commanded(name: string, nth = 1): Promise<DeviceCommandPayload> {
      const found = () => commands.filter((command) => command.name === name)[nth - 1];
      await until(() => found() !== undefined);
      const command = found();
      if (command === undefined) throw new Error('no such command');
      return command;
    },
    /** Nobody says good-bye: the plug is pulled. */
    pullPlug: () => client.stream.destroy(),
  };
}
export type ConnectedDevice = Awaited<ReturnType<typeof connectDevice>>;

/** What a rig tells, numbered in one run. */
export function aSpool(gameId: string, run: string = crypto.randomUUID()) {
  let seq = 0;
  const stamped = <Event extends object>(event: Event) => {
    seq += 1;
    return { run, seq, game_id: gameId, t_us: Date.now() * 1_000, ...event };
  };
  return {
    started: () => stamped({ type: 'started' as const }),
    progress: (score: number) => stamped({ type: 'progress' as const, score }),
    completed: (result: object = { score: 1200, distance: 131.5, homeruns: 3 }) =>
      stamped({ type: 'completed' as const, result: result as { score: number } }),
    aborted: () => stamped({ type: 'aborted' as const }),
    hit: (speed = 40.5) => stamped({ type: 'hit', data: { exit_speed_mps: speed } }),
  };
}

export const readGame = async (venue: TestAppliance, id: string): Promise<Game> =>
  (await venue.get(`/api/games/${id}`, { as: 'user' })).body;
export const historyOf = async (venue: TestAppliance, id: string): Promise<GameTransition[]> =>
  (await venue.get(`/api/games/${id}/history`, { as: 'user' })).body.items;
export const actionsOf = async (venue: TestAppliance, id: string): Promise<string[]> =>
  (await historyOf(venue, id)).map(({ action }) => action);
/** What came of a game's events, in the order of their arrival. */
export const outcomesOf = async (venue: TestAppliance, id: string): Promise<string[]> =>
  ((await venue.get(`/api/rig-events?game_id=${id}&limit=200`, { as: 'user' })).body.items as RigEvent[])
    .map(({ type, outcome, code }) => [type, outcome, code].filter((word) => word !== null).join(' '))
    .reverse();
export const deviceNamed = async (venue: TestAppliance, name: string): Promise<Device> => {
  const { items } = (await venue.get('/api/devices', { as: 'user' })).body as { items: Device[] };
  const found = items.find((device) => device.name === name);
  if (found === undefined) throw new Error(`no device ${name}`);
  return found;
};
/** A guest who is confirmed at the station, or plays there. */
export async function confirmedAt(venue: TestAppliance, { station }: RigAtStation): Promise<Game> {
  const made = await venue.post('/api/games', {
    as: 'user',
    body: { player: { name: 'Ana Pérez' }, attraction: station.attraction },
  });
  const body = { override: true, station_id: station.id };
  const confirmed = await venue.post(`/api/games/${made.body.id}/confirm`, { as: 'user', body });
  expect(confirmed).toMatchObject({ status: 200, body: { state: 'confirmed', station_id: station.id } });
  return confirmed.body;
}
