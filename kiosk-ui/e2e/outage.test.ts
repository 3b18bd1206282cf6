import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchChromium } from './chromium.ts';
import { signIn } from './people.ts';
import { aVenue, type Venue } from './venue.ts';
import { aWitness, type Witness } from './witness.ts';
import { say } from './words.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const directory = mkdtempSync(join(tmpdir(), 'dugout-e2e-'));
let browser: Browser;
let venue: Venue;
let witness: Witness;
beforeAll(async () => {
  browser = await launchChromium();
  venue = await aVenue(directory);
  witness = aWitness(browser, venue.url);
});
afterAll(async () => {
  await browser.close();
  await venue.switchOff();
  rmSync(directory, { recursive: true, force: true });
});

const says = (page: Page, freshness: 'live' | 'offline') =>
  page.locator(`[role=status][data-freshness=${freshness}]`).waitFor();

test('every screen says that the appliance is away, and is live again by itself', async () => {
  const screens = await Promise.all([
    witness.open(`${venue.url}/board`),
    witness.open(`${venue.url}/leaderboard`),
    ...[
      ['/sign-up', 'mlbtablet'],
      ['/staff', 'user'],
      ['/rig', 'mlbvrgame'],
    ].map(async ([path, user = '']) => {
      const page = await witness.open(venue.url + path);
      await signIn(page, user);
      return page;
    }),
  ]);
  for (const screen of screens) {
    await says(screen, 'live');
    await screen.evaluate('window.neverReloaded = true');
  }
  await witness.expectOutage(async () => {
    await venue.switchOff();
    for (const screen of screens) {
      await says(screen, 'offline');
      await screen.getByText(/^No connection since \d/u).waitFor();
    }
    await venue.switchOn();
    for (const screen of screens) await says(screen, 'live');
  });
  for (const screen of screens) expect(await screen.evaluate('window.neverReloaded')).toBe(true);

  // Live is more than a word: what happens now is shown.
  const player = { name: 'Ana' };
  const { body } = await venue.appliance().post('/games', { as: 'mlbtablet', body: { player } });
  await venue.appliance().post(`/games/${body.id}/queue`, { as: 'mlbtablet', body: {} });
  const [board, , , console] = screens;
  for (const screen of [board, console]) await screen?.getByText(body.ticket).first().waitFor();
});

test('a guest who signs up while the appliance is away has a ticket when it is back, and one only', async () => {
  const tablet = await witness.open(`${venue.url}/sign-up`);
  await signIn(tablet, 'mlbtablet');
  const next = () => tablet.getByRole('button', { name: say('sign_up.next') }).click();
  await tablet.getByRole('button', { name: /Pong/u }).click();
  await tablet.getByLabel(say('sign_up.name')).fill('Zoë');
  await witness.expectOutage(async () => {
    await venue.switchOff();
    await next();
    await next();
    await tablet.getByRole('button', { name: say('sign_up.finish') }).click();
    await tablet.getByRole('heading', { name: say('outcome.waiting', { name: 'Zoë' }) }).waitFor();
    await venue.switchOn();
    await tablet.getByText(/^B\d{3}$/u).waitFor();
  });
  const { body } = await venue.appliance().get('/games?attraction=pong', { as: 'user' });
  expect(body.items).toMatchObject([{ state: 'queued', player: { name: 'Zoë' } }]);
});

test('nothing was asked of any other machine, and no console complained of more than the outage', () => {
  expect(witness.foreignRequests).toEqual([]);
  expect(witness.complaints).toEqual([]);
});
