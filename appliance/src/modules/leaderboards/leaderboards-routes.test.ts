import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Leaderboard, LeaderboardEntry } from '../../../contract/leaderboards.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';

/** Nine in the evening in Chicago, on an event day that began at four in the morning. */
const opening = Date.parse('2026-06-01T21:00:00-05:00');
const clock = createFakeClock(opening);
const venue = await aTestAppliance({ clock });
afterAll(venue.stop);

const minute = 60_000;
const board = async (query = '', attraction = 'pong'): Promise<Leaderboard> =>
  (await venue.get(`/api/leaderboards/${attraction}${query}`)).body;
const scores = ({ entries }: Leaderboard) => entries.map(({ rank, name, score }) => [rank, name, score]);
const openWindow = (body: object) => venue.post('/api/event-windows', { as: 'user', body });
const iso = (moment: number) => new Date(moment).toISOString();

/** A guest plays Pong now; answers who it was. */
async function plays(
  name: string,
  score: number,
  player_id?: string,
): Promise<{ player: string; game: string }> {
  const who = player_id === undefined ? { player: { name } } : { player_id };
  const { body } = await venue.post('/api/games', { as: 'user', body: { ...who, attraction: 'pong' } });
  for (const action of ['confirm', 'play'] as const)
    await act(venue, body.id, action, action === 'confirm' ? { body: { override: true } } : {});
  const { status } = await act(venue, body.id, 'complete', { body: { score } });
  expect(status).toBe(200);
  return { player: body.player_id, game: body.id };
}

const who: Record<string, { player: string; game: string }> = {};
beforeAll(async () => {
  who['Ana'] = await plays('Ana Pérez', 300);
  clock.stepWall(minute);
  who['Zoë'] = await plays('Zoë Durand', 500);
  clock.stepWall(minute);
  who['Ola'] = await plays('Ola Nordmann', 300);
  clock.stepWall(minute);
  who['Ken'] = await plays('Ken', 100);
  // Past midnight: still the same event day.
  clock.stepWall(4 * 60 * minute);
  who['Ana again'] = await plays('Ana Pérez', 200, who['Ana'].player);
  // The next event day.
  clock.stepWall(12 * 60 * minute);
  who['Ken again'] = await plays('Ken', 400, who['Ken'].player);
});

describe('the board of all time', () => {
  test('has the best game of everybody; equal scores share a rank, and who was first stands first', async () => {
    const all = await board();
    expect(scores(all)).toEqual([
      [1, 'Zoë D.', 500],
      [2, 'Ken', 400],
      [3, 'Ana P.', 300],
      [3, 'Ola N.', 300],
    ]);
    expect(all).toMatchObject({ players: 4, window: 'all', starts_at: null, ends_at: null });
    expect(all.tie_rule).toContain('share a rank');
  });

  test('leaves a rank out after a tie', async () => {
    const last = await plays('Bo', 50);
    expect((await board()).entries.at(-1)).toMatchObject({ rank: 5, score: 50 });
    await act(venue, last.game, 'undo');
  });

  test('shows first name and initial, never how to reach anybody', async () => {
    expect(JSON.stringify(await board())).not.toMatch(/Pérez|Durand|phone|email/u);
  });

  test('forgets a result that was taken back, and knows a better one', async () => {
    const better = await plays('Ana Pérez', 900, who['Ana']?.player);
    expect(scores(await board())[0]).toEqual([1, 'Ana P.', 900]);
    await act(venue, better.game, 'undo');
    expect(scores(await board())[2]).toEqual([3, 'Ana P.', 300]);
    await act(venue, better.game, 'cancel');
  });

  test('is cut where it is asked to be', async () => {
    const cut = await board('?limit=2');
    expect(cut.entries).toHaveLength(2);
    expect(cut.players).toBe(4);
  });

  test('is empty before the first game', async () => {
    expect(await board('', 'glove')).toMatchObject({ players: 0, entries: [] });
  });
});

test('today is the event day, by when it was played', async () => {
  expect(scores(await board('?window=today'))).toEqual([[1, 'Ken', 400]]);
  clock.stepWall(-12 * 60 * minute);
  const yesterday = await board('?window=today');
  expect(yesterday.starts_at).toBe(iso(Date.parse('2026-06-01T04:00:00-05:00')));
  clock.stepWall(12 * 60 * minute);
});

describe('an event window', () => {
  test('counts what was played within it, its first moment in, its last one out', async () => {
    const zoe = (await board()).entries[0];
    const played = Date.parse(zoe?.played_at ?? '');
    const ids = [];
    for (const [starts, ends] of [
      [0, 1],
      [-1, 0],
      [1, 2],
    ] as const) {
      const body = {
        name: 'Show',
        attraction: 'pong',
        starts_at: iso(played + starts),
        ends_at: iso(played + ends),
      };
      const made = await openWindow(body);
      expect(made.status).toBe(201);
      ids.push(made.body.id);
    }
    const found = [];
    for (const id of ids) found.push(scores(await board(`?window=${id}`)));
    expect(found).toEqual([[[1, 'Zoë D.', 500]], [], []]);
  });

  test('has the best of the window, not of all time', async () => {
    const body = {
      name: 'First evening',
      attraction: 'pong',
      starts_at: iso(opening),
      ends_at: iso(opening + 60 * minute),
    };
    const { id } = (await openWindow(body)).body;
    const evening = await board(`?window=${id}`);
    expect(scores(evening)).toEqual([
      [1, 'Zoë D.', 500],
      [2, 'Ana P.', 300],
      [2, 'Ola N.', 300],
      [4, 'Ken', 100],
    ]);
    expect(evening).toMatchObject({ window_name: 'First evening', players: 4 });
    const listed = (await venue.get('/api/event-windows')).body.items;
    expect(listed).toContainEqual(expect.objectContaining({ id, name: 'First evening' }));
  });

  test('is of one attraction', async () => {
    const body = {
      name: 'Derby hour',
      attraction: 'derby',
      starts_at: iso(opening),
      ends_at: iso(opening + minute),
    };
    const { id } = (await openWindow(body)).body;
    expect((await venue.get(`/api/leaderboards/pong?window=${id}`)).status).toBe(404);
    expect((await venue.get(`/api/leaderboards/derby?window=${id}`)).status).toBe(200);
  });

  const valid = { name: 'Show', attraction: 'pong', starts_at: iso(opening), ends_at: iso(opening + minute) };
  test.each([
    ['no name', { name: ' ' }],
    ['ends before it starts', { ends_at: iso(opening - minute) }],
    ['ends as it starts', { ends_at: iso(opening) }],
    [
      'ends as it starts, in other words',
      { starts_at: '2026-06-01T12:00:00Z', ends_at: '2026-06-01T12:00:00.000Z' },
    ],
    [
      'is shorter than a millisecond',
      { starts_at: '2026-06-01T12:00:00.0001Z', ends_at: '2026-06-01T12:00:00.0002Z' },
    ],
    [
      'ends before it starts, by half a second',
      { starts_at: '2026-06-01T12:00:00.500Z', ends_at: '2026-06-01T12:00:00Z' },
    ],
    ['starts in words', { starts_at: 'tonight' }],
    ['starts on a day that is none', { starts_at: '2026-02-30T12:00:00Z' }],
    ['starts in local time', { starts_at: '2026-06-01T12:00:00' }],
  ])('is refused when it has or %s', async (_case, change) => {
    const refusal = await openWindow({ ...valid, ...change });
    expect(refusal).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  test('may be half a second long, however it is written', async () => {
    const half = { starts_at: '2026-06-01T12:00:00Z', ends_at: '2026-06-01T12:00:00.500Z' };
    expect((await openWindow({ ...valid, ...half })).status).toBe(201);
  });

  test('is for an attraction that is here', async () => {
    expect(await openWindow({ ...valid, attraction: 'curling' })).toMatchObject({
      status: 422,
      body: { code: 'unknown_attraction' },
    });
  });
});

describe('the place of a player', () => {
  const around = async (name: string, limit: number) =>
    scores(await board(`?around=${who[name]?.player}&limit=${limit}`)).map(([, shown]) => shown);

  test('is shown with the neighbours', async () => {
    expect(await around('Ana', 3)).toEqual(['Ken', 'Ana P.', 'Ola N.']);
    expect(await around('Ken', 1)).toEqual(['Ken']);
    expect(await around('Zoë', 3)).toEqual(['Zoë D.', 'Ken', 'Ana P.']);
    expect(await around('Ola', 10)).toEqual(['Zoë D.', 'Ken', 'Ana P.', 'Ola N.']);
  });

  test('is nowhere before the first game', async () => {
    const { player_id } = await aGame(venue, 'new');
    expect((await board(`?around=${player_id}`)).entries).toEqual([] satisfies LeaderboardEntry[]);
    expect((await board(`?around=${crypto.randomUUID()}`)).entries).toEqual([]);
  });
});

test.each([
  ['pong?limit=0', 422],
  ['pong?limit=101', 422],
  ['pong?limit=1e9', 422],
  ['pong?around=me', 422],
  [`pong?window=${'x'.repeat(65)}`, 422],
  ['pong?window=nothing', 404],
  ['pong?window=%00', 404],
  ["pong?window='%20OR%201=1--", 404],
  ['Pong!', 404],
  ['curling', 404],
])('/api/leaderboards/%s is %i', async (path, status) => {
  const refusal = await venue.get(`/api/leaderboards/${path}`);
  expect(refusal.status).toBe(status);
  expect(refusal.headers.get('content-type')).toContain('application/problem+json');
});
