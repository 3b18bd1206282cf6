import { afterAll, describe, expect, test } from 'vitest';
import type { Query } from './platform/database/query.ts';
import { aTestAppliance, testPassword } from './testing/test-appliance.ts';
import { act, aGame } from './testing/test-games.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

/** SQLite takes no page more than this, as if the volume had none: one is as many as there are. */
function allowPages(pages: number): void {
  const limit: Query<object, unknown> = {
    compiled: () => ({ text: `PRAGMA max_page_count = ${pages}`, bind: () => [] }),
  };
  venue.database.now.all(limit, {});
}
const signUp = (name: string, headers = {}) =>
  venue.post('/api/games', { as: 'user', body: { player: { name } }, headers });

async function untilFull(): Promise<string[]> {
  const stored: string[] = [];
  allowPages(1);
  for (let guest = 0; guest < 2_000; guest += 1) {
    const { status, body } = await signUp(`Guest ${guest}`);
    if (status !== 201) return stored;
    stored.push(body.id);
  }
  throw new Error('the disk was never full');
}

async function storedGames(): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = (await venue.get(`/api/games?limit=200${query}`, { as: 'user' })).body;
    ids.push(...page.items.map(({ id }: { id: string }) => id));
    cursor = page.next_cursor;
  }
  return ids;
}

describe('a full disk', async () => {
  const called = await aGame(venue, 'recalled');
  const { token } = (await venue.post('/login', { body: { username: 'user', password: testPassword } })).body;
  const expected = [called.id, ...(await untilFull())];

  test('refuses writes as 507, each one, and says what to do', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => signUp(`Too late ${n}`)));
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 507, body: { code: 'storage_full' } });
  });

  test('keeps every game that was acknowledged, and no half of another', async () => {
    expect(await storedGames()).toEqual(expected);
  });

  test('lets everybody read on', async () => {
    const headers = { authorization: `Bearer ${token}` };
    for (const path of [
      '/api/session',
      '/api/games',
      '/api/queue',
      '/api/floor',
      '/api/messages',
      `/api/games/${called.id}`,
    ])
      expect([path, (await venue.get(path, { headers })).status]).toEqual([path, 200]);
    for (const path of [
      '/healthz',
      '/api/attractions',
      '/api/public/queue',
      '/api/leaderboards/derby',
      '/metrics',
    ])
      expect([path, (await venue.get(path)).status]).toEqual([path, 200]);
  });

  test('is over without a restart once there is room, and a key that met it is not used up', async () => {
    const keyed = () => signUp('Patient', { 'idempotency-key': 'patient' });
    expect((await keyed()).status).toBe(507);
    allowPages(4_294_967_294);
    const { status, body } = await keyed();
    expect(status).toBe(201);
    expect((await keyed()).body.id).toBe(body.id);
    expect((await act(venue, called.id, 'confirm')).status).toBe(200);
    expect(await storedGames()).toEqual([...expected, body.id]);
  });
});
