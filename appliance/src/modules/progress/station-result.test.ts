import { afterAll, describe, expect, test } from 'vitest';
import { metricDefinitions, metricKeys } from '../../../contract/metrics.ts';
import type { ProgressReply } from '../../../contract/progress.ts';
import { aPhoneGame, aPhonePlayer, progressOfGame } from '../../testing/phone-games.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { aUser } from '../../testing/test-users.ts';
import { nothingSaid } from './judgement.ts';
import { resultSummary } from './result-summary.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

const resultAt = async (station: string) =>
  (await venue.get(`/api/stations/${station}/result`, { as: 'user' })).body;
async function aSeat(): Promise<string> {
  const { body } = await venue.get('/api/stations', { as: 'user' });
  return body.items.find(({ attraction }: { attraction: string }) => attraction === 'glove').id;
}

describe('the screen beside a seat', () => {
  test('shows who plays, then who played, until the next guest is there, and no name', async () => {
    const seat = await aSeat();
    expect(await resultAt(seat)).toMatchObject({ station: { id: seat }, game: null, result: null });
    const guest = { attraction: 'glove', player: { name: 'Ana Pérez', phone: '(312) 555-0142' } };
    const game = await aGame(venue, 'recalled', guest);
    const confirm = { as: 'user', body: { station_id: seat } } as const;
    expect(await act(venue, game.id, 'confirm', confirm)).toMatchObject({ status: 200 });
    const seen = { id: game.id, ticket: game.ticket, initials: 'A. P.', page_url: game.page_url };
    expect((await resultAt(seat)).game).toEqual({ ...seen, state: 'confirmed', score: null });
    await act(venue, game.id, 'play');
    expect((await resultAt(seat)).game).toMatchObject({ id: game.id, state: 'playing' });
    await act(venue, game.id, 'complete', { as: 'user', body: { score: 7 } });
    const over = await resultAt(seat);
    expect(over).toMatchObject({ game: { id: game.id, state: 'completed', score: 7 }, result: null });
    expect(JSON.stringify(over)).not.toMatch(/Pérez|0142/u);

    const next = await aGame(venue, 'recalled', { attraction: 'glove' });
    await act(venue, next.id, 'confirm', confirm);
    expect((await resultAt(seat)).game).toMatchObject({ id: next.id, state: 'confirmed' });
    await act(venue, next.id, 'cancel');
  });

  test('is for those who stand there, and knows its own station', async () => {
    const path = `/api/stations/${await aSeat()}/result`;
    expect((await venue.get(path)).status).toBe(401);
    expect((await venue.get(path, { as: await aUser(venue, 'player') })).status).toBe(403);
    expect((await venue.get(path, { as: await aUser(venue, 'screen') })).status).toBe(200);
    expect((await venue.get('/api/stations/nowhere/result', { as: 'user' })).status).toBe(404);
  });
});

describe('a result in a few words', () => {
  const reply = (values: Partial<Record<(typeof metricKeys)[number], { value: number; status: string }>>) => {
    const { status, score, metrics } = nothingSaid('no_clear_change');
    return {
      state: 'done',
      status,
      score,
      metrics: Object.fromEntries(
        metricKeys.map((key) => [
          key,
          {
            ...metricDefinitions[key],
            ...metrics[key],
            value: null,
            quality: 1,
            reason: 'x',
            ...values[key],
          },
        ]),
      ),
    } as unknown as ProgressReply;
  };

  test('tells what has changed first, then what is easily understood, and three at most', () => {
    const same = 'no_clear_change';
    const summary = resultSummary(
      reply({
        ldlj: { value: -3, status: 'improved' },
        reps: { value: 20, status: same },
        cadence: { value: 55, status: same },
        rom_index: { value: 0.8, status: same },
      }),
    );
    expect(summary?.highlights.map(({ metric, status }) => [metric, status])).toEqual([
      ['ldlj', 'improved'],
      ['reps', same],
      ['cadence', same],
    ]);
  });

  test('says nothing of what was erased or never recorded', () => {
    expect(resultSummary(null)).toBeNull();
    expect(resultSummary({ ...reply({}), state: 'failed', code: 'erased' })).toBeNull();
    expect(resultSummary({ ...reply({}), state: 'failed', code: 'recording_gone' })).toEqual({
      state: 'failed',
      status: null,
      highlights: [],
    });
  });
});

describe('on the guest’s own page', () => {
  const pageOf = async (gameId: string) => {
    const { body } = await venue.get(`/api/games/${gameId}`, { as: 'user' });
    return (await venue.get(new URL(body.page_url).pathname)).body.toString() as string;
  };

  test('what was measured stands below the score, and is gone when it is erased', async () => {
    const player = await aPhonePlayer(venue);
    const { body } = await venue.post('/game', { as: player.as, body: aPhoneGame() });
    await progressOfGame(venue, player, body.game_id);
    const page = await pageOf(body.game_id);
    expect(page).toContain('What your glove measured');
    expect(page).toContain('A comparison takes five games');
    expect(page.match(/<li>[^<]*: [^<]+<\/li>/gu)).toHaveLength(3);
    expect(page).toMatch(/Pace: 4[78](?:\.\d)? a minute/u);

    await venue.delete(`/api/players/${player.id}/sensor-data`, { as: player.as });
    expect(await pageOf(body.game_id)).not.toContain('glove measured');
  });

  test('without a recording there is no word of it', async () => {
    const game = await aGame(venue, 'completed', { attraction: 'glove' });
    expect(await pageOf(game.id)).not.toContain('glove measured');
  });
});
