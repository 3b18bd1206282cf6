import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { DeviceList } from '../../../appliance/contract/devices.ts';
import { freePort } from '../../../appliance/src/free-port.ts';
import { midDay } from '../../../appliance/src/testing/mid-day.ts';
import { aTemporaryDirectory } from '../../../appliance/src/testing/temporary-directory.ts';
import {
  aTestAppliance,
  type TestAppliance,
  testPassword,
} from '../../../appliance/src/testing/test-appliance.ts';
import { inCheckout } from '../checkout.ts';
import { isReady } from '../start/readiness.ts';
import { figures } from './report.ts';
import { type SimulationOptions, simulate } from './simulation.ts';
import type { Tally } from './tally.ts';

// A crowd takes its time, and on a busy machine more of it.
vi.setConfig({ testTimeout: 120_000 });

let appliance: TestAppliance;
beforeEach(async () => {
  appliance = await aTestAppliance();
});
afterEach(() => appliance.stop());

const optionsFor = ({ url, ports }: TestAppliance): SimulationOptions => ({
  url,
  broker: `mqtt://127.0.0.1:${ports.mqtt}`,
  site: 'labs',
  password: testPassword,
  pace: 600,
  rigs: 2,
  attractions: ['derby', 'pong', 'glove'],
  seed: 2,
  shared: false,
});

const nobodyStopsIt = new AbortController().signal;

test('a crowd is served to the last guest, and every acknowledged step is there once', async () => {
  const guests = 16;
  const outcome = figures(await simulate({ ...optionsFor(appliance), guests }, nobodyStopsIt));

  expect(outcome).toMatchObject({ consistent: true, errors: [], disagreements: [], unanswered: 0 });
  const { states, guests: crowd } = outcome;
  expect(crowd.arrived).toBe(guests);
  expect(states.completed + states.cancelled + states.no_show).toBe(crowd.signedUp);
  expect(crowd.played).toBeGreaterThan(guests / 2);
  expect(crowd.souvenirs).toBeGreaterThan(0);

  const { body } = await appliance.get('/api/devices', { as: 'user' });
  const left = DeviceList.parse(body).items.filter(({ name }) => name.startsWith('sim-'));
  expect(left.filter(({ revoked }) => !revoked)).toEqual([]);
  expect(left.length).toBeGreaterThan(5);
});

test('stops in the middle when it is asked to, and what was acknowledged until then is there', async () => {
  const stop = new AbortController();
  const running = simulate(
    { ...optionsFor(appliance), onOpen: () => void untilSomebodyPlayed().then(() => stop.abort()) },
    stop.signal,
  );
  const { consistent, states } = figures(await running);
  expect(consistent).toBe(true);
  expect(states.completed).toBeGreaterThan(0);

  async function untilSomebodyPlayed() {
    for (;;) {
      const { body } = await appliance.get('/games?state=completed', { as: 'user' });
      if (body.items.length > 0) return;
      await delay(50);
    }
  }
});

test.each([
  { shared: false, found: 1 },
  { shared: true, found: 0 },
])(
  'a call that it did not make is found, unless accounts are shared ($shared)',
  async ({ shared, found }) => {
    const { disagreements } = (
      await simulate(
        {
          ...optionsFor(appliance),
          attractions: ['derby'],
          rigs: 1,
          guests: 4,
          shared,
          onOpen: () => void callSomebody(),
        },
        nobodyStopsIt,
      )
    ).audit;
    expect(disagreements).toHaveLength(found);
    for (const one of disagreements) expect(one).toMatch(/recall by user .* was not asked for/u);

    async function callSomebody() {
      for (;;) {
        const { body } = await appliance.get('/games?state=queued', { as: 'user' });
        const [first] = body.items;
        const called = first && (await appliance.post(`/games/${first.id}/recall`, { as: 'user', body: {} }));
        if (called?.status === 200) return;
        await delay(20);
      }
    }
  },
);

test('answers that are lost on the way double nothing', async () => {
  const line = await aLossyLine(appliance.ports.http);
  const outcome = figures(
    await simulate(
      { ...optionsFor(appliance), url: line.url, attractions: ['derby'], guests: 8 },
      nobodyStopsIt,
    ),
  );
  expect(outcome).toMatchObject({ consistent: true, unanswered: 0 });
  expect(line.lost()).toBeGreaterThan(10);
});

test('an appliance that is killed again and again loses nothing and doubles nothing', async () => {
  const directory = aTemporaryDirectory();
  const [http, mqtt] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${http}`;
  const start = () =>
    spawn(process.execPath, [inCheckout('appliance/src/main.ts')], {
      env: {
        ...process.env,
        DUGOUT_DATA_DIR: directory,
        DUGOUT_HTTP_HOST: '127.0.0.1',
        DUGOUT_HTTP_PORT: String(http),
        DUGOUT_MQTT_PORT: String(mqtt),
        DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
        DUGOUT_LOG_LEVEL: 'silent',
        ...midDay(),
      },
      stdio: 'ignore',
    });
  let running = start();
  onTestFinished(async () => {
    running.kill('SIGKILL');
    await once(running, 'exit');
  });
  await isReady(`${url}/readyz`, new Promise(() => {}));

  let kills = 0;
  const outcome = figures(
    await simulate(
      { ...optionsFor(appliance), url, broker: `mqtt://127.0.0.1:${mqtt}`, guests: 14, onOpen: killAtWork },
      nobodyStopsIt,
    ),
  );
  expect(outcome).toMatchObject({ consistent: true, unanswered: 0 });
  expect(kills).toBe(3);
  expect(outcome.guests.retries).toBeGreaterThan(0);

  /** Each time some more guests have signed up, so that it dies at work. */
  function killAtWork(tally: Tally) {
    const look = setInterval(() => {
      if (tally.signedUp < 4 * (kills + 1) - 2) return;
      kills += 1;
      if (kills === 3) clearInterval(look);
      running.once('exit', () => {
        running = start();
      });
      running.kill('SIGKILL');
    }, 5);
  }
});

/** A way to `port` on which every tenth answer is cut off after the appliance has given it. */
async function aLossyLine(port: number) {
  let answers = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far).on('error', () => near.destroy());
    far.on('data', (data) => {
      answers += 1;
      if (answers % 10 === 0) near.destroy();
      else near.write(data);
    });
    near.on('close', () => far.destroy()).on('error', () => {});
    far.on('close', () => near.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${own}`, lost: () => Math.floor(answers / 10) };
}
