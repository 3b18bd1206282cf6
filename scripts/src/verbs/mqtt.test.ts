import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aTestAppliance, type TestAppliance } from '../../../appliance/src/testing/test-appliance.ts';
import { inCheckout } from '../checkout.ts';

let venue: TestAppliance;
beforeAll(async () => {
  venue = await aTestAppliance();
});
afterAll(() => venue.stop());

/** The verb against the running appliance's directory. */
async function acl(args: readonly string[] = [], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [inCheckout('scripts/dugout.mjs'), 'mqtt', 'acl', ...args], {
    env: { ...process.env, DUGOUT_DATA_DIR: venue.directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, out, errors };
}
const sectionOf = (list: string, user: string) =>
  list.split('\n\n').find((section) => section.includes(`\nuser ${user}\n`));

test('lists every device that may sign in, and none that was revoked', async () => {
  await venue.post('/api/devices', { as: 'user', body: { name: 'glove-4', kind: 'glove' } });
  const { body: gone } = await venue.post('/api/devices', {
    as: 'user',
    body: { name: 'rig-9', kind: 'rig' },
  });
  await venue.post(`/api/devices/${gone.id}/revoke`, { as: 'user' });
  const { status, out, errors } = await acl(['--worker', 'glove-worker-1', 'glove-worker-2']);
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  expect(sectionOf(out, 'glove-worker-2')?.split('\n').slice(2)).toEqual([
    'topic read dugout/v1/labs/glove/+/stream',
  ]);
  expect(sectionOf(out, 'glove-4')).toContain('topic readwrite dugout/v1/labs/glove/glove-4/state\n');
  expect(sectionOf(out, 'mlbvrgame')).toContain('topic read dugout/v1/labs/game/+/state');
  expect(sectionOf(out, 'user')).toContain('topic read dugout/v1/labs/rig/+/state\n');
  expect(sectionOf(out, 'dugout')).toContain('topic readwrite dugout/v1/labs/#');
  expect(out).not.toContain('rig-9');
});

test('names the appliance as its URL does, and tells a program in JSON', async () => {
  const { status, out } = await acl(['--json'], {
    DUGOUT_MQTT_URL: 'mqtt://venue%2D1:secret@broker.example',
  });
  expect(status).toBe(0);
  const answer = JSON.parse(out);
  expect(answer).toMatchObject({ format: 'mosquitto', left_out: [] });
  expect(sectionOf(answer.acl, 'venue-1')).toBeDefined();
  expect(out).not.toContain('secret');
});

test('fails where there is no database, and for a broker it does not know', async () => {
  const nowhere = await acl([], { DUGOUT_DATA_DIR: '/nowhere' });
  expect(nowhere).toMatchObject({ status: 1, out: '' });
  expect(nowhere.errors).toContain('does not exist yet');
  expect((await acl(['--format', 'emqx'])).status).toBe(1);
});
