import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, type TestAppliance, testPassword } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { theSouvenir } from './testing/a-souvenir.ts';

let venue: TestAppliance;
beforeAll(async () => {
  venue = await aTestAppliance({ environment: { DUGOUT_SITE_NAME: 'Riverside <Park>' } });
});
afterAll(() => venue.stop());

const pathOf = ({ page_url }: { page_url: string }) => new URL(page_url).pathname;
const read = async (path: string) => {
  const answer = await venue.get(path);
  return { ...answer, text: answer.body.toString() as string };
};

describe('a guest’s page', () => {
  it('tells the place and the wait, and renews itself', async () => {
    await aGame(venue, 'queued', { attraction: 'glove' });
    const game = await aGame(venue, 'queued', { attraction: 'glove' });
    const { status, text, headers } = await read(pathOf(game));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain(game.ticket);
    expect(text).toContain('1 guest before you');
    expect(text).toMatch(/(About|Less than) [\d to]+ minutes/);
    expect(text).toContain('<noscript><meta http-equiv="refresh" content="10"></noscript>');
    const [, script] = /<script src="([^"]+)"/.exec(text) ?? [];
    const { body, headers: served } = await read(script ?? '');
    expect(served.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(body.toString()).toContain('data-renews');
  });

  it.each([
    ['new', 'You are signed up'],
    ['recalled', 'It is your turn!'],
    ['confirmed', 'Go to Rig 1'],
    ['playing', 'Play ball!'],
    ['held', 'Take your time'],
    ['no_show', 'We missed you'],
    ['cancelled', 'Ticket cancelled'],
    ['completed', 'Well played!'],
  ] as const)('says what matters when the game is %s', async (state, words) => {
    const game = await aGame(venue, state);
    expect((await read(pathOf(game))).text).toContain(words);
    if (state !== 'completed' && state !== 'cancelled') await act(venue, game.id, 'cancel');
  });

  it('shows score and souvenir, to look at and to keep', async () => {
    const game = await aGame(venue, 'completed');
    await theSouvenir(venue, game.id);
    const path = pathOf(game);
    const { text } = await read(path);
    expect(text).toContain('1,200');
    expect(text).toContain('131.5 m');
    expect(text).not.toContain('http-equiv="refresh"');
    expect(text).toContain(`src="${path}/print.jpg"`);
    const shown = await read(`${path}/print.jpg`);
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
    const kept = await read(`${path}/story.jpg?download=1`);
    expect(kept.headers.get('content-disposition')).toMatch(
      /^attachment; filename="dugout-a\d+-story\.jpg"$/,
    );
    expect((await read(`${path}/thumbnail.webp`)).headers.get('content-type')).toBe('image/webp');
    expect((await read(`${path}/secret.txt`)).status).toBe(404);
  });

  it('escapes what guests and venues are called', async () => {
    const game = await aGame(venue, 'new', { player: { name: '<script>alert(1)</script> & "Zoë"' } });
    const { text } = await read(pathOf(game));
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Zoë&quot;');
    expect(text).toContain('Riverside &lt;Park&gt;');
  });

  it('asks nobody else for anything, and needs no script', async () => {
    const game = await aGame(venue, 'completed');
    await theSouvenir(venue, game.id);
    const { text, headers } = await read(pathOf(game));
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(text).not.toMatch(/<script|javascript:|\son\w+=/);
    const addresses = [...text.matchAll(/(?:src|href|url\()\s*=?\s*"?([^"\s)>]+)/g)].map(
      ([, address]) => address,
    );
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) expect(address).toMatch(/^\/s\//);
  });

  it('is found when its code is typed by hand', async () => {
    const game = await aGame(venue, 'new');
    const code = pathOf(game).slice(3);
    const typed = code.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'I');
    expect((await read(`/s/${typed}`)).status).toBe(200);
    expect((await read(`/s/${code}/`)).status).toBe(200);
  });

  it('is kind about a code that names nothing', async () => {
    for (const code of ['nothing000', 'x'.repeat(33), '%00', "'--"]) {
      const { status, headers } = await read(`/s/${code}`);
      expect(status).toBe(404);
      expect(headers.get('content-type')).toMatch(/html|problem/);
    }
    expect((await read('/s/nothing000')).text).toContain('There is nothing here');
  });
});

describe('an answer on a guest’s page', () => {
  /** What a browser does with a button of the page: sends the form, and follows. */
  async function press(path: string, answer: string) {
    const sent = await venue.post(`${path}/${answer}`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(sent.status).toBe(303);
    expect(sent.headers.get('location')).toBe(path);
    return read(path);
  }
  const stateOf = async (id: string) => (await venue.get(`/api/games/${id}`, { as: 'user' })).body.state;
  const buttonsOf = (text: string) => [
    ...[...text.matchAll(/action="[^"]*\/([a-z_]+)"/gu)].map(([, answer]) => answer),
    ...(text.includes('/leave"') ? ['leave'] : []),
  ];

  it.each([
    ['new', []],
    ['queued', ['coming', 'more_time', 'leave']],
    ['recalled', ['coming', 'more_time', 'leave']],
    ['held', ['coming', 'leave']],
    ['confirmed', ['leave']],
    ['playing', []],
    ['completed', []],
    ['no_show', []],
    ['cancelled', []],
  ] as const)('can be given when the game is %s: %o', async (state, buttons) => {
    const game = await aGame(venue, state);
    expect(buttonsOf((await read(pathOf(game))).text)).toEqual(buttons);
    if (state !== 'completed' && state !== 'cancelled') await act(venue, game.id, 'cancel');
  });

  it.each([
    ['coming', 'recalled', 'confirmed', /Go to|Ready for you/u],
    ['coming', 'queued', 'queued', /know that you are coming/u],
    ['coming', 'held', 'queued', /You are next|before you/u],
    ['more_time', 'recalled', 'held', /Take your time/u],
    ['more_time', 'queued', 'held', /Take your time/u],
    ['leaving', 'recalled', 'cancelled', /Ticket cancelled/u],
    ['leaving', 'held', 'cancelled', /Ticket cancelled/u],
    ['leaving', 'confirmed', 'cancelled', /Ticket cancelled/u],
  ] as const)('%s when the game is %s: it is %s, and the page says so', async (answer, from, to, words) => {
    const game = await aGame(venue, from);
    expect((await press(pathOf(game), answer)).text).toMatch(words);
    expect(await stateOf(game.id)).toBe(to);
    if (to !== 'cancelled') await act(venue, game.id, 'cancel');
  });

  it.each([
    ['coming', 'no_show', /We missed you/u],
    ['coming', 'cancelled', /Ticket cancelled/u],
    ['more_time', 'confirmed', /Go to|Ready for you/u],
    ['leaving', 'completed', /Well played/u],
    ['more_time', 'playing', /Play ball/u],
  ] as const)(
    '%s comes too late when the game is %s, and the page says what is true',
    async (answer, state, words) => {
      const game = await aGame(venue, state);
      expect((await press(pathOf(game), answer)).text).toMatch(words);
      expect(await stateOf(game.id)).toBe(state);
      if (state !== 'completed' && state !== 'cancelled') await act(venue, game.id, 'cancel');
    },
  );

  it('is asked for once more before the guest leaves the list', async () => {
    const game = await aGame(venue, 'queued');
    const path = pathOf(game);
    const asked = await read(`${path}/leave`);
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('Leave the list?');
    expect(asked.text).toContain(`href="${path}"`);
    expect(asked.text).not.toMatch(/http-equiv="refresh"|renew\.js/u);
    expect(await stateOf(game.id)).toBe('queued');
    await press(path, 'leaving');
    expect(await stateOf(game.id)).toBe('cancelled');
    const again = await venue.get(`${path}/leave`);
    expect([again.status, again.headers.get('location')]).toEqual([303, path]);
  });

  it('counts once, however often the button is pressed, and anew after two seconds', async () => {
    const clock = createFakeClock();
    const still = await aTestAppliance({ clock });
    onTestFinished(still.stop);
    const game = await aGame(still, 'queued');
    const path = pathOf(game);
    const press = (answer: string) => still.post(`${path}/${answer}`);
    const steps = async () => {
      const { items } = (await still.get(`/api/games/${game.id}/history`, { as: 'user' })).body;
      return items.slice(2).map(({ action }: { action: string }) => action);
    };
    await Promise.all(Array.from({ length: 10 }, () => press('more_time')));
    await clock.advance(1_999);
    await press('coming');
    expect(await steps()).toEqual(['hold']);
    await clock.advance(1);
    await press('coming');
    expect(await steps()).toEqual(['hold', 'queue']);
  });

  it('is taken from the guest’s own browser, also where staff are signed in, and from no other site', async () => {
    const game = await aGame(venue, 'queued');
    const path = pathOf(game);
    expect((await venue.get(path)).headers.get('referrer-policy')).toBe('same-origin');
    const login = await venue.post('/login', { body: { username: 'user', password: testPassword } });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const from = (origin: string) => venue.post(`${path}/more_time`, { headers: { cookie, origin } });
    expect((await from('http://elsewhere.example')).status).toBe(403);
    expect((await from(venue.url)).status).toBe(303);
    expect(await stateOf(game.id)).toBe('held');
    await act(venue, game.id, 'cancel');
  });

  it('is nothing for a code that names nothing, or words that mean nothing', async () => {
    const game = await aGame(venue, 'queued');
    expect((await venue.post('/s/nothing000/coming')).status).toBe(404);
    expect((await venue.get('/s/nothing000/leave')).status).toBe(404);
    expect((await venue.post(`${pathOf(game)}/undo`)).status).toBe(404);
    await act(venue, game.id, 'cancel');
  });

  it('weighs next to nothing', async () => {
    const game = await aGame(venue, 'recalled');
    const { body } = await read(pathOf(game));
    expect(gzipSync(body).length).toBeLessThan(8_000);
    await act(venue, game.id, 'cancel');
  });
});
