import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../appliance/src/free-port.ts';
import { midDay } from '../../../appliance/src/testing/mid-day.ts';
import { aTemporaryDirectory } from '../../../appliance/src/testing/temporary-directory.ts';
import { testPassword } from '../../../appliance/src/testing/test-appliance.ts';
import { bothEnds } from '../../../cloud-sync/src/both-ends.ts';
import { aCloud } from '../../../cloud-sync/src/testing/a-cloud.ts';
import { inCheckout } from '../checkout.ts';
import { isReady } from '../start/readiness.ts';
import { simulate } from './simulation.ts';

// A crowd takes its time, and on a busy machine more of it.
vi.setConfig({ testTimeout: 300_000 });

/** A venue, its replica, and between them a way to the cloud that is the simulation's. */
async function aVenueWithAReplica() {
  const directory = aTemporaryDirectory();
  const cloud = await aCloud();
  onTestFinished(cloud.stop);
  const [http, mqtt, replica, wan] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const cut = new URL(cloud.ownerUrl);
  const database = { host: cut.hostname, port: Number(cut.port) };
  cut.port = String(wan);
  const environment = {
    ...process.env,
    DUGOUT_DATA_DIR: directory,
    DUGOUT_HTTP_HOST: '127.0.0.1',
    DUGOUT_HTTP_PORT: String(http),
    DUGOUT_MQTT_PORT: String(mqtt),
    DUGOUT_REPLICA_PORT: String(replica),
    DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
    DUGOUT_LOG_LEVEL: 'silent',
    ...midDay(),
  };
  const run = (file: string, cloudUrl: string) => {
    const child = spawn(process.execPath, [inCheckout(file)], {
      env: { ...environment, DUGOUT_CLOUD_DATABASE_URL: cloudUrl },
      stdio: 'ignore',
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
  };
  const url = `http://127.0.0.1:${http}`;
  run('appliance/src/main.ts', cloud.ownerUrl);
  await isReady(`${url}/readyz`, new Promise(() => {}));
  run('cloud-sync/src/daemon.ts', cut.href);
  run('cloud-sync/src/replica.ts', cloud.ownerUrl);
  const ends = bothEnds({ site: 'labs', dataDirectory: directory, cloudUrl: cloud.ownerUrl });
  return {
    cloud,
    options: {
      ...{ url, broker: `mqtt://127.0.0.1:${mqtt}`, site: 'labs', password: testPassword, wan },
      replica: { url: `http://127.0.0.1:${replica}`, ends, database },
    },
  };
}

test('the internet goes and comes back while guests play, somebody acts from afar, and in the end both ends are equal', async () => {
  const { cloud, options } = await aVenueWithAReplica();
  const said: string[] = [];
  const outcome = await simulate(
    {
      ...options,
      ...{ pace: 40, rigs: 2, attractions: ['derby'], seed: 5, shared: false, guests: 4 },
      faults: { kinds: ['wan'], everySeconds: 4 },
      say: (line) => said.push(line),
    },
    new AbortController().signal,
  );
  // Whether pictures are drawn in the time that guests have is not the question here.
  expect(outcome.audit.disagreements).toEqual([]);
  expect(outcome.tally.wanCuts).toBeGreaterThan(0);
  expect(said.join('\n')).toContain('cut the internet: the cloud cannot be reached');
  expect(outcome.replica).toMatchObject({ result: 'equal', disagreements: [] });
  const count = await cloud.sql<{ games: number }>('SELECT count(*)::int AS games FROM public.games');
  expect(outcome.replica?.sentence).toContain(`replica ${count[0]?.games} games: equal in all`);

  // One that is not as the venue is would be told of.
  await cloud.sql("UPDATE public.games SET score = 12345 WHERE state = 'completed'");
  expect((await options.replica.ends.verify(5_000)).result).toBe('different');
});
