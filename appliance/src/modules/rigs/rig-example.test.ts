import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DeviceReplyPayload } from '../../../contract/devices.ts';
import type { Game, GameTransition } from '../../../contract/games.ts';
import type { RigEvent } from '../../../contract/rigs.ts';
import { freePort } from '../../free-port.ts';
import { anApplianceProcess } from '../../testing/appliance-process.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { testPassword } from '../../testing/test-appliance.ts';
import { aTestBroker, until } from '../../testing/test-broker.ts';
import { deviceCommandTopic, devicesTopics } from '../devices/devices-topics.ts';

const program = join(import.meta.dirname, '../../../../docs/rigs/rig.mjs');
const authorization = `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`;

/** The example as a process that can be killed and started again on the same spool. */
function anExample(environment: Record<string, string>) {
  const spool = aTemporaryDirectory();
  let log = '';
  function start() {
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, RIG_SPOOL: spool, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    return child;
  }
  let child = start();
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'close');
  };
  onTestFinished(() => end('SIGKILL'));
  return {
    log: () => log,
    has: (text: string) => until(() => log.includes(text)),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    startAgain() {
      child = start();
    },
  };
}

/** A venue with a rig at a station, both as processes of their own that can lose their power. */
async function aVenueWithARig(turnSeconds: number) {
  const mqttPort = await freePort();
  const venue = await anApplianceProcess(aTemporaryDirectory(), { DUGOUT_MQTT_PORT: String(mqttPort) });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields that it asserts
  async function call(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(venue.url + path, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(answer.status, path).toBeLessThan(300);
    return answer.status === 204 ? undefined : answer.json();
  }
  const device = await call('POST', '/api/devices', { name: 'rig-example', kind: 'rig' });
  const station = await call('POST', '/api/stations', {
    name: 'Rig E',
    attraction: 'derby',
    device: device.name,
  });
  const example = anExample({
    RIG_NAME: device.name,
    RIG_SECRET: device.secret,
    RIG_TURN_SECONDS: String(turnSeconds),
    DUGOUT_URL: venue.url,
    DUGOUT_MQTT: `mqtt://127.0.0.1:${mqttPort}`,
  });

  return {
    ...example,
    venue,
    device,
    call,
    async aGuest(): Promise<Game> {
      const { id } = await call('POST', '/api/games', { player: { name: 'Ana Pérez' } });
      return call('POST', `/api/games/${id}/confirm`, { station_id: station.id, override: true });
    },
    reaches: (id: string, state: string) =>
      until(async () => ((await call('GET', `/api/games/${id}`)) as Game).state === state),
    actions: async (id: string): Promise<string[]> =>
      ((await call('GET', `/api/games/${id}/history`)).items as GameTransition[]).map(({ action }) => action),
    async events(id: string): Promise<RigEvent[]> {
      return (await call('GET', `/api/rig-events?game_id=${id}&limit=200`)).items.reverse();
    },
    presence: async (): Promise<string> =>
      (await call('GET', '/api/devices')).items.find(({ name }: { name: string }) => name === device.name)
        .presence,
  };
}

const seqsOf = (events: readonly RigEvent[]) => events.map(({ seq }) => seq).toSorted((a, b) => a - b);
const everySeq = (events: readonly RigEvent[]) => {
  const [first = 0] = seqsOf(events);
  return events.map((_, index) => first + index);
};

describe('the example of a rig', { timeout: 90_000 }, () => {
  test('plays its guest, loses its power in the middle of the next, and plays that one again', async () => {
    const rig = await aVenueWithARig(1);
    const first = await rig.aGuest();
    await rig.reaches(first.id, 'completed');
    expect(await rig.actions(first.id)).toEqual(['create', 'confirm', 'play', 'complete']);
    const events = await rig.events(first.id);
    expect(events).toHaveLength(22);
    expect(seqsOf(events)).toEqual(everySeq(events));
    expect(events.every(({ outcome }) => outcome === 'applied')).toBe(true);
    const { items } = await rig.call('GET', '/api/devices');
    expect(items.find(({ name }: { name: string }) => name === rig.device.name)).toMatchObject({
      refused_count: 0,
      clock: { is_off: false },
    });

    const second = await rig.aGuest();
    await rig.reaches(second.id, 'playing');
    await rig.kill();
    await until(async () => (await rig.actions(second.id)).includes('interrupt'));
    rig.startAgain();
    await rig.reaches(second.id, 'completed');
    const steps = (await rig.actions(second.id)).filter((action) => action !== 'resume');
    expect(steps).toEqual(['create', 'confirm', 'play', 'interrupt', 'abort', 'play', 'complete']);
    const told = await rig.events(second.id);
    expect(told.filter(({ type }) => type === 'completed')).toHaveLength(1);
    expect(seqsOf(told)).toEqual(everySeq(told));
    expect(told.some(({ outcome }) => outcome === 'conflict')).toBe(false);

    await rig.stop();
    await until(async () => (await rig.presence()) === 'offline');
  });

  test('plays on while the venue has no power, and tells it all afterwards', async () => {
    const rig = await aVenueWithARig(1);
    const { id } = await rig.aGuest();
    await rig.reaches(id, 'playing');
    await rig.venue.kill();
    await rig.has(`completed ${id}`);
    await rig.venue.startAgain();
    await rig.reaches(id, 'completed');
    expect(await rig.actions(id)).toEqual(['create', 'confirm', 'play', 'complete']);
    await until(async () => (await rig.events(id)).length === 22);
    const events = await rig.events(id);
    expect(seqsOf(events)).toEqual(everySeq(events));
    expect(events.some(({ outcome }) => outcome === 'conflict')).toBe(false);
  });

  test('both lose their power, and what was played offline is not lost', async () => {
    const rig = await aVenueWithARig(1);
    const { id } = await rig.aGuest();
    await rig.reaches(id, 'playing');
    await rig.venue.kill();
    await rig.has(`completed ${id}`);
    await rig.kill();
    await rig.venue.startAgain();
    rig.startAgain();
    await rig.reaches(id, 'completed');
    expect(await rig.actions(id)).toEqual(['create', 'confirm', 'play', 'complete']);
    const events = await rig.events(id);
    expect(events).toHaveLength(22);
    expect(seqsOf(events)).toEqual(everySeq(events));
  });

  test('carries a command out once, however often it comes, and not when it comes too late', async () => {
    const replies: DeviceReplyPayload[] = [];
    let births = 0;
    const { broker, port } = await aTestBroker({
      site: 'labs',
      topics: devicesTopics({
        heard: async (_device, { state }) => {
          if (state === 'idle') births += 1;
        },
        describe: async () => {},
        replied: async (_device, reply) => void replies.push(reply),
      }),
    });
    const example = anExample({
      RIG_NAME: 'rig_1',
      RIG_SECRET: 'rig_1',
      DUGOUT_URL: 'http://127.0.0.1:9',
      DUGOUT_MQTT: `mqtt://127.0.0.1:${port}`,
    });
    await until(() => births === 1);
    const send = async (command_id: string, name: 'identify', expiresInMs = 60_000) => {
      const expires_at = new Date(Date.now() + expiresInMs).toISOString();
      const before = replies.length;
      broker.publish(
        deviceCommandTopic,
        { kind: 'rig', id: 'rig_1' },
        { command_id, name, args: {}, expires_at },
      );
      await until(() => replies.length > before);
      return replies.at(-1);
    };
    const id = crypto.randomUUID();
    expect(await send(id, 'identify')).toEqual({ command_id: id, ok: true });
    expect(await send(id, 'identify')).toEqual({ command_id: id, ok: true });
    await example.kill();
    example.startAgain();
    await until(() => births >= 2);
    expect(await send(id, 'identify')).toEqual({ command_id: id, ok: true });
    expect(example.log().match(/here I am/gu)).toHaveLength(1);
    expect(await send(crypto.randomUUID(), 'identify', -60_000)).toMatchObject({
      ok: false,
      code: 'too_late',
    });
  });
});
