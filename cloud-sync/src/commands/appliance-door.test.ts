import { createServer } from 'node:http';
import { createServiceSignIn } from '@dugout/appliance/platform/http/service-token.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { aTestAppliance } from '@dugout/appliance/testing/test-appliance.ts';
import { aCommand } from '@dugout/appliance/testing/test-commands.ts';
import { expect, onTestFinished, test } from 'vitest';
import { createApplianceClient } from '../venue/appliance-client.ts';
import { createApplianceDoor } from './appliance-door.ts';

const doorOf = (url: string, dataDirectory: string) =>
  createApplianceDoor(createApplianceClient({ url, dataDirectory, timeoutMs: 10_000 }));

/** Somebody in the place of an appliance, who answers as told. */
async function anImpostor(answer: { status: number; body?: string } | 'hangs up') {
  const directory = aTemporaryDirectory();
  createServiceSignIn(directory, async () => null).start();
  const server = createServer((request, response) => {
    if (answer === 'hangs up') request.socket.destroy();
    else response.writeHead(answer.status).end(answer.body ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return doorOf(`http://127.0.0.1:${address.port}`, directory);
}

test('a command is brought to the appliance, and comes back with what became of it', async () => {
  const venue = await aTestAppliance();
  onTestFinished(venue.stop);
  const door = doorOf(venue.url, venue.directory);
  const command = aCommand('/api/games', { json: { player: { name: 'Ana' } } });
  expect(await door.bring(command)).toMatchObject({
    kind: 'answered',
    outcome: { status: 'rejected', answer: { status: 401, body: { code: 'unauthorized' } } },
  });
});

test('an appliance that is not there, or has never started, is away', async () => {
  const venue = await aTestAppliance({ directory: aTemporaryDirectory() });
  await venue.stop();
  expect(await doorOf(venue.url, venue.directory).bring(aCommand('/'))).toMatchObject({ kind: 'away' });
  expect(await doorOf(venue.url, aTemporaryDirectory()).bring(aCommand('/'))).toMatchObject({ kind: 'away' });
});

test.each([401, 403, 429, 503, 507])('one that answers %i is away', async (status) => {
  expect(await (await anImpostor({ status })).bring(aCommand('/'))).toMatchObject({ kind: 'away' });
});

test.each([
  { status: 500 },
  { status: 422 },
  { status: 404 },
  { status: 200, body: '{"status":"done"}' },
  { status: 200, body: 'what?' },
])('one that answers %j has failed', async (answer) => {
  expect(await (await anImpostor(answer)).bring(aCommand('/'))).toMatchObject({ kind: 'failed' });
});

test('one that hangs up in the middle has failed: it may have done it', async () => {
  expect(await (await anImpostor('hangs up')).bring(aCommand('/'))).toMatchObject({ kind: 'failed' });
});
