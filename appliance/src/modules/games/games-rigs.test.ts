import { afterAll, expect, test } from 'vitest';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aResult } from '../../testing/test-games.ts';
import { aRigAtStation, confirmedAt, connectDevice, readGame } from '../../testing/test-rigs.ts';
import { aUser } from '../../testing/test-users.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const own = await aRigAtStation(venue);
const other = await aRigAtStation(venue);
const said = (id: string, action: string, as: { username: string; password: string }, body: object = {}) =>
  venue.post(`/api/games/${id}/${action}`, { as, body });
const refused = { status: 409, body: { code: 'not_at_this_rig', device: own.username } };

test('a rig neither plays, completes nor aborts the game of another, and nothing has changed', async () => {
  const device = await connectDevice(venue, own);
  await device.say({ state: 'idle' });
  const { id } = await confirmedAt(venue, own);
  const ready = await readGame(venue, id);
  expect(await said(id, 'play', other)).toMatchObject(refused);
  expect(await readGame(venue, id)).toEqual(ready);
  expect(await said(id, 'play', own)).toMatchObject({ status: 200 });
  const playing = await readGame(venue, id);
  expect(await said(id, 'complete', other, aResult)).toMatchObject(refused);
  expect(await said(id, 'abort', other)).toMatchObject(refused);
  expect(await readGame(venue, id)).toEqual(playing);
  expect(await said(id, 'complete', own, aResult)).toMatchObject({ status: 200 });
});

test('a rig does not take a game to the station of another', async () => {
  const { id } = await confirmedAt(venue, other);
  expect(await said(id, 'play', other, { station_id: own.station.id })).toMatchObject(refused);
  expect(await readGame(venue, id)).toMatchObject({ state: 'confirmed', station_id: other.station.id });
});

test('staff do it for any rig', async () => {
  const { id } = await confirmedAt(venue, own);
  await act(venue, id, 'play');
  await act(venue, id, 'abort');
  expect(await readGame(venue, id)).toMatchObject({ state: 'confirmed' });
});

test('a guest whose rig was never heard of is taken over, and what is played there is left alone', async () => {
  const silent = await aRigAtStation(venue);
  const first = await confirmedAt(venue, silent);
  expect(await said(first.id, 'play', other)).toMatchObject({ body: { station_id: other.station.id } });
  expect(await said(first.id, 'complete', other, aResult)).toMatchObject({ status: 200 });
  const second = await confirmedAt(venue, silent);
  expect(await said(second.id, 'play', silent)).toMatchObject({ status: 200 });
  expect((await said(second.id, 'complete', other, aResult)).status).toBe(409);
  expect(await said(second.id, 'complete', silent, aResult)).toMatchObject({ status: 200 });
});

test('a guest whose rig is away is taken over, to the station of the rig that does, or to none', async () => {
  const away = await aRigAtStation(venue);
  const device = await connectDevice(venue, away);
  await device.say({ state: 'offline' });
  const first = await confirmedAt(venue, away);
  expect(await said(first.id, 'play', other)).toMatchObject({ body: { station_id: other.station.id } });
  expect(await said(first.id, 'complete', other, aResult)).toMatchObject({ status: 200 });
  const loose = await aUser(venue, 'rig');
  const second = await confirmedAt(venue, away);
  expect((await said(second.id, 'play', loose)).body.station_id).not.toBe(away.station.id);
  expect(await said(second.id, 'complete', loose, aResult)).toMatchObject({ status: 200 });
});
