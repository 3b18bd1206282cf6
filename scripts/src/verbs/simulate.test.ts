import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  aTestAppliance,
  type TestAppliance,
  testPassword,
} from '../../../appliance/src/testing/test-appliance.ts';
import { inCheckout } from '../checkout.ts';

vi.setConfig({ testTimeout: 120_000 });

let appliance: TestAppliance;
beforeAll(async () => {
  appliance = await aTestAppliance();
});
afterAll(() => appliance.stop());

/** `npx dugout simulate`, against the test appliance unless the arguments say otherwise. */
function dugoutSimulate(...args: string[]) {
  const child = spawn(process.execPath, [inCheckout('scripts/dugout.mjs'), 'simulate', ...args], {
    env: {
      ...process.env,
      DUGOUT_HTTP_HOST: '127.0.0.1',
      DUGOUT_HTTP_PORT: String(appliance.ports.http),
      DUGOUT_MQTT_PORT: String(appliance.ports.mqtt),
      DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', error: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.error += text;
  });
  const ended = once(child, 'close').then(([status]) => ({ status, ...output }));
  return { child, ended };
}

test('finds the appliance by the settings and closes with figures', async () => {
  const { status, out } = await dugoutSimulate('--guests', '3', '--pace', '900', '--json').ended;
  expect(JSON.parse(out)).toMatchObject({ consistent: true, errors: [], guests: { arrived: 3 } });
  expect(status).toBe(0);
});

test('Ctrl-C ends it in good order: a summary, and no device of its own left signed in', async () => {
  const { child, ended } = dugoutSimulate('--pace', '60', '--attractions', 'pong');
  for (;;) {
    const { body } = await appliance.get('/games?attraction=pong&state=queued', { as: 'user' });
    if (body.items.length > 0) break;
    await delay(50);
  }
  child.kill('SIGINT');
  const { status, out } = await ended;
  expect(out).toContain('Every acknowledged step is there, once.');
  expect(status).toBe(0);
  const { body } = await appliance.get('/api/stations', { as: 'user' });
  expect(body.items.filter(({ device }: { device: string | null }) => device?.startsWith('sim-'))).toEqual(
    [],
  );
});

test.each([
  [['--password', 'not this one'], /401 wrong_credentials/u],
  [['--url', 'http://127.0.0.1:1'], /no appliance is ready at/u],
  [['--attractions', ','], /--attractions names none/u],
  [['--pace', 'fast'], /must be a number above 0/u],
  [['--faults', 'rig,weather'], /must be a list of rig, wan, modem, glove/u],
  [['--faults', 'wan'], /the internet is not the simulation’s to cut/u],
  [['--faults', 'modem'], /the modem is not the simulation’s to unplug/u],
  [['--faults', 'glove'], /`glove` needs --gloves/u],
  [['--twilio', '99999'], /must be a port/u],
])('says in a sentence what is wrong with %j', async (args, sentence) => {
  const { status, error } = await dugoutSimulate('--guests', '1', ...args).ended;
  expect(status).toBe(1);
  expect(error).toMatch(sentence);
  expect(error).not.toContain('    at ');
});
