import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharp } from '../../platform/images/libvips.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { aPlayer, aUser } from '../../testing/test-users.ts';
import { aPhoto, colourOfPhoto, theSouvenir } from './testing/a-souvenir.ts';

let venue: TestAppliance;
beforeAll(async () => {
  venue = await aTestAppliance();
});
afterAll(() => venue.stop());

describe('GET /games/<id>/souvenir', () => {
  it('answers the picture in three outputs once the game is completed', async () => {
    const game = await aGame(venue, 'completed');
    const print = await theSouvenir(venue, game.id);
    expect(print.status).toBe(200);
    expect(print.headers.get('content-type')).toBe('image/jpeg');
    expect(await sharp(print.body).metadata()).toMatchObject({ width: 1844, height: 1240, density: 300 });
    const story = await theSouvenir(venue, game.id, '?output=story');
    expect(await sharp(story.body).metadata()).toMatchObject({ width: 1080, height: 1920 });
    const thumbnail = await theSouvenir(venue, game.id, '?output=thumbnail');
    expect(thumbnail.headers.get('content-type')).toBe('image/webp');
    expect(await sharp(thumbnail.body).metadata()).toMatchObject({ format: 'webp', width: 480 });
  });

  it('works on the path of the seed, and sends nothing to who has it', async () => {
    const game = await aGame(venue, 'completed');
    const { headers } = await theSouvenir(venue, game.id);
    const again = await venue.get(`/games/${game.id}/souvenir/`, {
      as: 'mlbvrgame',
      headers: { 'if-none-match': headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
  });

  it.each(['new', 'playing', 'cancelled'] as const)('is 404 while a game is %s', async (state) => {
    const game = await aGame(venue, state);
    const answer = await venue.get(`/api/games/${game.id}/souvenir`, { as: 'user' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'no_souvenir' } });
  });

  it('is for the floor and the player alone', async () => {
    const player = await aPlayer(venue);
    const made = await venue.post('/api/games', {
      as: 'user',
      body: { player_id: player.id, attraction: 'pong' },
    });
    for (const action of ['queue', 'recall', 'confirm', 'play'] as const)
      await act(venue, made.body.id, action);
    await act(venue, made.body.id, 'complete', { body: { score: 11 } });
    await theSouvenir(venue, made.body.id);
    const path = `/api/games/${made.body.id}/souvenir`;
    expect(await venue.get(path, { as: player.credentials })).toMatchObject({ status: 200 });
    expect(await venue.get(path, { as: await aUser(venue, 'player') })).toMatchObject({ status: 404 });
    expect(await venue.get(path, { as: await aUser(venue, 'glove') })).toMatchObject({ status: 404 });
    expect(await venue.get(path)).toMatchObject({ status: 401 });
  });

  it('refuses an output there is not', async () => {
    const game = await aGame(venue, 'completed');
    const answer = await venue.get(`/api/games/${game.id}/souvenir?output=poster`, { as: 'user' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  it('goes with the completion that is taken back, and comes with the next', async () => {
    const game = await aGame(venue, 'completed');
    const first = await theSouvenir(venue, game.id);
    expect(await act(venue, game.id, 'undo')).toMatchObject({ status: 200, body: { state: 'playing' } });
    expect(await venue.get(`/api/games/${game.id}/souvenir`, { as: 'user' })).toMatchObject({ status: 404 });
    await act(venue, game.id, 'complete', { body: { score: 9, distance: 1, homeruns: 0 } });
    const second = await theSouvenir(venue, game.id);
    expect(second.body.equals(first.body)).toBe(false);
  });
});

describe('a guest’s photo', () => {
  const agreed = { player: { consent: { photo: true } } };

  it('is on the souvenir when it came before the game ended', async () => {
    const game = await aGame(venue, 'playing', agreed);
    const put = await venue.put(`/api/players/${game.player_id}/photo`, {
      as: 'mlbtablet',
      body: await aPhoto(),
    });
    expect(put).toMatchObject({ status: 200, body: { player_id: game.player_id, width: 600, height: 800 } });
    await act(venue, game.id, 'complete');
    const [red = 255, green = 0] = await colourOfPhoto((await theSouvenir(venue, game.id)).body);
    expect([red < 60, green > 200]).toEqual([true, true]);
  });

  it('is on it, too, when it came later, or was changed', async () => {
    const game = await aGame(venue, 'completed', agreed);
    const without = await theSouvenir(venue, game.id);
    await venue.put(`/api/players/${game.player_id}/photo`, { as: 'user', body: await aPhoto('#0000ff') });
    const withPhoto = await theSouvenir(venue, game.id);
    expect(withPhoto.body.equals(without.body)).toBe(false);
    expect((await colourOfPhoto(withPhoto.body))[2]).toBeGreaterThan(200);
  });

  it('is shown no longer when the guest no longer agrees', async () => {
    const game = await aGame(venue, 'completed', agreed);
    await venue.put(`/api/players/${game.player_id}/photo`, { as: 'user', body: await aPhoto() });
    expect((await colourOfPhoto((await theSouvenir(venue, game.id)).body))[1]).toBeGreaterThan(200);
    await venue.patch(`/api/players/${game.player_id}/consent`, { as: 'user', body: { photo: false } });
    const code = game.page_url.slice(game.page_url.lastIndexOf('/'));
    expect(await venue.get(`/s${code}/print.jpg`)).toMatchObject({ status: 202 });
    const [red = 0, green = 255] = await colourOfPhoto((await theSouvenir(venue, game.id)).body);
    expect(green < 200 || red > 60).toBe(true);
  });

  it('is not kept for a later yes', async () => {
    const game = await aGame(venue, 'new', agreed);
    const path = `/api/players/${game.player_id}`;
    await venue.put(`${path}/photo`, { as: 'user', body: await aPhoto() });
    expect((await venue.get(path, { as: 'user' })).body.has_photo).toBe(true);
    await venue.patch(`${path}/consent`, { as: 'user', body: { photo: false } });
    await venue.patch(`${path}/consent`, { as: 'user', body: { photo: true } });
    expect((await venue.get(path, { as: 'user' })).body.has_photo).toBe(false);
  });

  it('is refused without consent, before anybody looks at it', async () => {
    const game = await aGame(venue, 'new');
    const put = await venue.put(`/api/players/${game.player_id}/photo`, {
      as: 'user',
      body: Buffer.from('junk'),
    });
    expect(put).toMatchObject({ status: 403, body: { code: 'consent_required', consent: 'photo' } });
  });

  it('is refused when it is none, and the souvenir comes without', async () => {
    const game = await aGame(venue, 'new', agreed);
    const path = `/api/players/${game.player_id}/photo`;
    const put = await venue.put(path, {
      as: 'user',
      body: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    });
    expect(put).toMatchObject({ status: 415, body: { code: 'image_format' } });
    expect(await venue.get(`/api/games/${game.id}`, { as: 'user' })).toMatchObject({
      body: { player: { has_photo: false } },
    });
    expect(await venue.put(path, { as: 'user', body: Buffer.alloc(16 * 1024 * 1024) })).toMatchObject({
      status: 413,
    });
  });

  it('is the player’s own to give', async () => {
    const owner = await aPlayer(venue, { consent: { photo: true } });
    const path = `/api/players/${owner.id}/photo`;
    const body = await aPhoto();
    expect(await venue.put(path, { as: owner.credentials, body })).toMatchObject({ status: 200 });
    expect(await venue.put(path, { as: await aUser(venue, 'player'), body })).toMatchObject({ status: 404 });
    expect(await venue.put(path, { as: 'mlbvrgame', body })).toMatchObject({ status: 403 });
    expect(await venue.put(path, { body })).toMatchObject({ status: 401 });
  });
});

describe('pictures and rows', () => {
  const mediaFiles = async (of: TestAppliance) =>
    (await readdir(join(of.directory, 'media'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it('makes a souvenir anew whose file is damaged, when it is asked for', async () => {
    const own = await aTestAppliance();
    try {
      const game = await aGame(own, 'completed');
      const whole = await theSouvenir(own, game.id);
      for (const file of await mediaFiles(own))
        await writeFile(file, (await readFile(file)).subarray(0, 100));
      expect(await own.get(`/api/games/${game.id}/souvenir`, { as: 'user' })).toMatchObject({ status: 202 });
      expect((await theSouvenir(own, game.id)).body.equals(whole.body)).toBe(true);
    } finally {
      await own.stop();
    }
  });

  it('looks through all of them when it starts', async () => {
    const environment = { DUGOUT_PUBLIC_URL: 'http://play.example' };
    const first = await aTestAppliance({ environment });
    const game = await aGame(first, 'completed');
    const whole = await theSouvenir(first, game.id);
    await first.lifecycle.stop();
    for (const file of await mediaFiles(first)) await writeFile(file, '');

    const second = await aTestAppliance({ directory: first.directory, environment });
    try {
      const isWhole = async () =>
        (await Promise.all((await mediaFiles(second)).map((file) => readFile(file)))).every(
          ({ length }) => length > 0,
        );
      await expect.poll(isWhole, { timeout: 25_000 }).toBe(true);
      expect((await theSouvenir(second, game.id)).body).toHaveLength(whole.body.length);
    } finally {
      await second.stop();
    }
  });

  it('shows a souvenir for thirty days', async () => {
    const clock = createFakeClock();
    const own = await aTestAppliance({ clock });
    try {
      const game = await aGame(own, 'completed');
      const path = `/api/games/${game.id}/souvenir`;
      await expect
        .poll(async () => (await own.get(path, { as: 'user' })).status, { timeout: 25_000 })
        .toBe(200);
      clock.stepWall(30 * 24 * 3_600_000 - 60_000);
      expect(await own.get(path, { as: 'user' })).toMatchObject({ status: 200 });
      clock.stepWall(120_000);
      expect(await own.get(path, { as: 'user' })).toMatchObject({
        status: 410,
        body: { code: 'souvenir_expired' },
      });
      clock.stepWall(-120_000);
      expect(await own.get(path, { as: 'user' })).toMatchObject({ status: 200 });
    } finally {
      await own.stop();
    }
  });

  it('deletes what has had its time and what nobody points to, and keeps the photo of a player', async () => {
    const clock = createFakeClock(Date.now());
    const own = await aTestAppliance({ clock });
    try {
      const game = await aGame(own, 'playing', { player: { consent: { photo: true } } });
      await own.put(`/api/players/${game.player_id}/photo`, { as: 'user', body: await aPhoto() });
      await act(own, game.id, 'complete');
      await theSouvenir(own, game.id);
      await writeFile(join(own.directory, 'media', 'left-behind.part'), 'half');
      expect(await mediaFiles(own)).toHaveLength(5);

      clock.stepWall(31 * 24 * 3_600_000);
      await clock.advance(2_000);
      await expect.poll(async () => (await mediaFiles(own)).length, { timeout: 25_000 }).toBe(1);
      const page = await own.get(new URL(game.page_url).pathname);
      expect(page.status).toBe(410);
      expect(page.body.toString()).toContain('this one has gone');
    } finally {
      await own.stop();
    }
  });
});
