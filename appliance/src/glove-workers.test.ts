import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeFrame } from '../contract/glove-frame.ts';
import { queriesOver } from './platform/database/query.ts';
import { openStreamReader } from './platform/streams/stream-reader.ts';
import { openStreamWriter } from './platform/streams/stream-writer.ts';
import { aMosquitto, noMosquitto, withoutMosquitto } from './testing/mosquitto.ts';
import { createGlove } from './testing/simulated-glove/glove.ts';
import { type GloveLink, runGloves } from './testing/simulated-glove/glove-link.ts';
import { connectMqttGlove } from './testing/simulated-glove/mqtt-glove.ts';
import { aTestAppliance, type TestAppliance } from './testing/test-appliance.ts';
import { until } from './testing/test-broker.ts';
import { act, aGame } from './testing/test-games.ts';
import { aUser } from './testing/test-users.ts';

const program = join(import.meta.dirname, 'glove-worker.ts');

/** A worker as systemd runs it: to be killed, and started again under its name. */
function aWorker(directory: string, url: string, name: string) {
  let child: ChildProcess;
  let log = '';
  const start = () => {
    log = '';
    child = spawn(process.execPath, [program], {
      env: {
        ...process.env,
        DUGOUT_DATA_DIR: directory,
        DUGOUT_MQTT_URL: url,
        DUGOUT_GLOVE_WORKER: name,
        DUGOUT_LOG_LEVEL: 'info',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'close');
  };
  start();
  onTestFinished(() => end('SIGKILL'));
  return {
    start,
    kill: () => end('SIGKILL'),
    /** Resolves when it hears what is sent. */
    listens: () => until(() => log.includes('connected to the outside MQTT broker')),
  };
}

/** A glove, and every sample that it sent. */
async function aGlove(venue: TestAppliance, broker: string, seed: number, qos: 0 | 1) {
  const { username: name, password: secret } = await aUser(venue, 'glove');
  const link = connectMqttGlove({ glove: createGlove({ name, seed }), broker, site: 'labs', secret, qos });
  const sent = new Map<number, readonly number[]>();
  const carry: GloveLink['carry'] = (departures) => {
    for (const one of departures) {
      if (one.what !== 'packet') continue;
      const decoded = decodeFrame(one.packet.bytes);
      if (!decoded.ok) continue;
      const { seq, count, channels, values } = decoded.frame;
      for (let n = 0; n < count; n += 1)
        sent.set(seq + n, [...values.subarray(n * channels, (n + 1) * channels)]);
    }
    link.carry(departures);
  };
  return { name, qos, sent, link: { ...link, carry }, newest: () => Math.max(...sent.keys()) };
}
type Sending = Awaited<ReturnType<typeof aGlove>>;

interface Session {
  id: string;
  glove: string | null;
  samples: number;
  lost: number;
}
const sessionsOf = queriesOver<{ glove_sessions: Session & { game_id: string } }>()((db) =>
  db.selectFrom('glove_sessions').select(['id', 'glove', 'samples', 'lost']),
);

/** What is stored of a session, by the glove's own numbers. Throws when a sample is there twice. */
function storedOf(directory: string, sessionId: string): Map<number, readonly number[]> {
  const stored = new Map<number, readonly number[]>();
  const reader = openStreamReader(directory);
  const { stretches, damages } = reader.read(sessionId);
  reader.close();
  expect(damages).toEqual([]);
  for (const { seq, count, values } of stretches) {
    for (let n = 0; n < count; n += 1) {
      if (stored.has(seq + n)) throw new Error(`sample ${seq + n} is there twice`);
      stored.set(
        seq + n,
        values.map((channel) => channel[n] ?? Number.NaN),
      );
    }
  }
  return stored;
}

describe.skipIf(noMosquitto)(`glove workers beside an outside broker${withoutMosquitto}`, () => {
  test('a worker is killed while 20 gloves are recorded: at QoS 1 every sample is there once, at QoS 0 what is lost is counted', async () => {
    const { url } = await aMosquitto();
    const venue = await aTestAppliance({
      environment: { DUGOUT_MQTT_URL: url, DUGOUT_GLOVE_INGEST: 'workers' },
    });
    onTestFinished(venue.stop);
    const { directory } = venue;
    const one = aWorker(directory, url, 'one');
    const two = aWorker(directory, url, 'two');
    const gloves: Sending[] = [];
    for (let n = 0; n < 20; n += 1) gloves.push(await aGlove(venue, url, n, n < 10 ? 1 : 0));
    const streams = openStreamWriter(directory, 0);
    onTestFinished(() => streams.close());
    await Promise.all([one.listens(), two.listens()]);
    const game = await aGame(venue, 'confirmed', {
      attraction: 'glove',
      player: { consent: { sensor: true } },
    });
    const running = runGloves(gloves.map(({ link }) => link));
    let stopped = false;
    const stop = async () => {
      if (!stopped) await running.stop();
      stopped = true;
    };
    onTestFinished(stop);
    for (const { name } of gloves) {
      const path = `/api/gloves/${name}`;
      await until(async () => (await venue.get(path, { as: 'user' })).status === 200);
      await venue.patch(path, { as: 'user', body: { station_id: game.station_id } });
    }
    /** Every glove measures so much more. */
    const measured = async (samples: number) => {
      const then = new Map(gloves.map((glove) => [glove, glove.newest() + samples]));
      await until(() => gloves.every((glove) => glove.newest() >= (then.get(glove) ?? 0)));
    };

    await act(venue, game.id, 'play');
    // What leaves next was measured in part before the game.
    const first = new Map(gloves.map((glove) => [glove, glove.newest() + 10]));
    await measured(100);
    await one.kill();
    await measured(100);
    one.start();
    await one.listens();
    await measured(50);
    const last = new Map(gloves.map((glove) => [glove, glove.newest()]));
    await measured(50);
    expect((await act(venue, game.id, 'complete', { body: { score: 7 } })).status).toBe(200);
    await stop();
    const recorded = () => venue.database.now.all(sessionsOf, {});
    await until(() =>
      recorded().every((row) => {
        const { samples, lost } = streams.countsOf(row.id);
        return !streams.isStaged(row.id) && row.samples === samples && row.lost === lost;
      }),
    );

    let lostAtQos0 = 0;
    const sessions = recorded();
    expect(sessions).toHaveLength(gloves.length);
    for (const glove of gloves) {
      const session = sessions.find((row) => row.glove === glove.name);
      const stored = storedOf(directory, session?.id ?? '');
      for (const [seq, values] of stored) expect(values, `${seq}`).toEqual(glove.sent.get(seq));
      const numbers = [...stored.keys()];
      const [from, to] = [Math.min(...numbers), Math.max(...numbers)];
      expect(session).toMatchObject({ samples: stored.size, lost: to - from + 1 - stored.size });
      if (glove.qos === 0) {
        lostAtQos0 += session?.lost ?? 0;
        continue;
      }
      expect(session?.lost).toBe(0);
      expect(from).toBeLessThanOrEqual(first.get(glove) ?? 0);
      expect(to).toBeGreaterThanOrEqual(last.get(glove) ?? 0);
    }
    expect(lostAtQos0).toBeGreaterThan(0);
  }, 120_000);
});
