import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
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
    ['held', 'We keep your place'],
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
