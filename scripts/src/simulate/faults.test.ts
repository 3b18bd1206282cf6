import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../appliance/src/free-port.ts';
import { midDay } from '../../../appliance/src/testing/mid-day.ts';
import { canHavePseudoTerminals } from '../../../appliance/src/testing/modem-emulator/pseudo-terminal.ts';
import { aTemporaryDirectory } from '../../../appliance/src/testing/temporary-directory.ts';
import { testPassword } from '../../../appliance/src/testing/test-appliance.ts';
import { inCheckout } from '../checkout.ts';
import { isReady } from '../start/readiness.ts';
import { type Battery, createFaults } from './faults.ts';
import { createRandomness } from './randomness.ts';
import { figures } from './report.ts';
import { type Outcome, simulate } from './simulation.ts';
import { createTally } from './tally.ts';

// A crowd takes its time, and on a busy machine more of it.
vi.setConfig({ testTimeout: 180_000 });

const nobodyStopsIt = new AbortController().signal;
const withModem = canHavePseudoTerminals();

async function aVenueThatLosesThings() {
  const directory = aTemporaryDirectory();
  const [http, mqtt, twilio] = [await freePort(), await freePort(), await freePort()];
  const modem = join(directory, 'modem');
  const url = `http://127.0.0.1:${http}`;
  const running = spawn(process.execPath, [inCheckout('appliance/src/main.ts')], {
    env: {
      ...process.env,
      DUGOUT_DATA_DIR: directory,
      DUGOUT_HTTP_HOST: '127.0.0.1',
      DUGOUT_HTTP_PORT: String(http),
      DUGOUT_MQTT_PORT: String(mqtt),
      DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
      DUGOUT_LOG_LEVEL: 'silent',
      DUGOUT_SMS: withModem ? 'twilio,modem' : 'twilio',
      TWILIO_API_URL: `http://127.0.0.1:${twilio}`,
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(31)}1`,
      TWILIO_AUTH_TOKEN: 'stand-in-token',
      TWILIO_FROM: '+15005550006',
      DUGOUT_MODEM_PATH: modem,
      ...midDay(),
    },
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    running.kill('SIGKILL');
    await once(running, 'exit');
  });
  await isReady(`${url}/readyz`, new Promise(() => {}));
  for (const attraction of ['derby', 'pong']) {
    // Games wait for their rigs as much shorter as the venue lives faster.
    await fetch(`${url}/api/attractions/${attraction}`, {
      method: 'PATCH',
      headers: {
        authorization: `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ reconnect_seconds: 5 }),
    });
  }
  return { url, broker: `mqtt://127.0.0.1:${mqtt}`, twilio, ...(withModem ? { modem } : {}) };
}

test('rigs lose their power, the internet goes and the modem is pulled out: no game is lost and no text sent twice', async () => {
  const venue = await aVenueThatLosesThings();
  const said: string[] = [];
  const outcome = await simulate(
    {
      ...venue,
      ...{ site: 'labs', password: testPassword, pace: 60, rigs: 2, attractions: ['derby', 'pong'] },
      ...{ seed: 5, shared: false, guests: 8 },
      faults: { kinds: withModem ? ['rig', 'wan', 'modem'] : ['rig', 'wan'], everySeconds: 1.5 },
      say: (line) => said.push(line),
    },
    nobodyStopsIt,
  );
  const told = figures(outcome);
  expect(told).toMatchObject({ consistent: true, errors: [], disagreements: [], unanswered: 0 });
  expect(told.faults.plugs_pulled).toBeGreaterThan(1);
  expect(told.faults.wan_cuts).toBeGreaterThan(0);
  expect(told.interruptions.lost).toBeGreaterThan(0);
  expect(told.carried.twilio + told.carried.modem).toBeGreaterThan(0);
  expect(told.rig_events).toBeGreaterThan(20);
  expect(said.join('\n')).toMatch(/pulled the plug of .+, plugs it in again in \d+ s/u);
  await findsWhatIsBroken(outcome);
});

/** The audit is worth as much as what it finds in a ledger that is not true. */
async function findsWhatIsBroken({ ledger, auditAgain }: Outcome): Promise<void> {
  const found = async () => (await auditAgain()).disagreements.join('\n');
  expect(await found()).toBe('');

  const [taken] = ledger.taken;
  const told = ledger.told.find(({ event }) => event.type === 'completed');
  if (taken === undefined || told === undefined) throw new Error('nothing to break');
  ledger.taken.push(taken);
  expect(await found()).toMatch(/ took ".+" once too often/u);
  ledger.taken.splice(-1, 1, { ...taken, body: 'Nobody wrote this' });
  expect(await found()).toMatch(/took "Nobody wrote this" and it is not in the outbox/u);
  ledger.taken.splice(-1, 1);
  ledger.taken.splice(0, 1, { ...taken, at: taken.at + 24 * 3_600_000 });
  expect(await found()).toMatch(/ took ".+" outside of its time/u);
  ledger.taken.splice(0, 1);
  expect(await found()).toMatch(/is said to be sent, and (?:twilio|modem) never took it/u);
  ledger.taken.unshift(taken);

  ledger.told.push({ ...told, event: { ...told.event, seq: 1_000_000 } });
  expect(await found()).toMatch(/event 1000000 of .+ was acknowledged and is not there/u);
  ledger.told.pop();
  expect(await found()).toBe('');
}

test('a battery is taken only out of a glove that somebody plays with, and that is told and counted', () => {
  const [out, lines, tally] = [[] as number[], [] as string[], createTally()];
  let worn: Battery[] = [];
  const { strike } = createFaults({
    ...{ kinds: [], everySeconds: 1, cords: [], outlets: { wan: [], modem: [] } },
    ...{ random: createRandomness(1), tally, reconnectSeconds: () => 60, batteries: () => worn },
    say: (line) => lines.push(line),
  });
  expect(strike('glove')).toBe(false);
  worn = [{ glove: 'the left glove of Seat 1', takeOut: (seconds) => out.push(seconds) }];
  expect(strike('glove')).toBe(true);
  expect({ tally: tally.batteriesOut, lines }).toEqual({
    tally: 1,
    lines: [
      'nobody plays with a glove just now whose battery could be taken out',
      `took the battery out of the left glove of Seat 1 in the middle of a game, for ${out[0]} s`,
    ],
  });
});
