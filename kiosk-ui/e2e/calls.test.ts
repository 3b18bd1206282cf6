import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { TestAppliance } from '../../appliance/src/testing/test-appliance.ts';
import { launchChromium } from './chromium.ts';
import { bellsHeard, hears, listenIn } from './ears.ts';
import { signIn } from './people.ts';
import { staffConsole } from './staff-console.ts';
import { aVenue, type Venue } from './venue.ts';
import { aWitness, type Witness } from './witness.ts';
import { say } from './words.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const directory = mkdtempSync(join(tmpdir(), 'dugout-e2e-'));
let browser: Browser;
let venue: Venue;
let witness: Witness;
beforeAll(async () => {
  browser = await launchChromium();
  venue = await aVenue(directory);
});
afterAll(async () => {
  await browser.close();
  await venue.switchOff();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  witness = aWitness(browser, venue.url);
});
afterEach(async () => {
  await witness.close();
  expect(witness.foreignRequests).toEqual([]);
  expect(witness.complaints).toEqual([]);
});

/** A guest who waits, with what staff and the guest know them by. */
async function aWaitingGuest(appliance: TestAppliance, name: string, phone?: string) {
  const player = phone === undefined ? { name } : { name, phone, consent: { sms: true } };
  const { body } = await appliance.post('/games', { as: 'mlbtablet', body: { player } });
  await appliance.post(`/games/${body.id}/queue`, { as: 'user' });
  return { id: body.id as string, ticket: body.ticket as string, page: new URL(body.page_url).pathname };
}

async function aListeningScreen(path: string, user?: string) {
  const page = await witness.open(`${venue.url}/board`, { viewport: { width: 1280, height: 800 } });
  await listenIn(page);
  await page.goto(venue.url + path);
  if (user !== undefined) await signIn(page, user);
  return page;
}

test('a guest without a phone is looked for more and more loudly, on every screen, and at last by staff', async () => {
  const appliance = venue.appliance();
  const change = { grace_seconds: 20 };
  await appliance.patch('/api/attractions/derby', { as: 'user', body: change });
  const { id, ticket } = await aWaitingGuest(appliance, 'Ana');

  const board = await aListeningScreen('/board');
  const tablet = await aListeningScreen('/sign-up', 'mlbtablet');
  const console = await witness.open(`${venue.url}/staff`, { viewport: { width: 1440, height: 900 } });
  await signIn(console, 'user');
  const row = staffConsole(console).row('recalled', ticket);
  await tablet.getByRole('heading', { name: say('attract.title') }).waitFor();
  await board.getByText(ticket).waitFor();

  await appliance.post(`/games/${id}/recall`, { as: 'user' });
  await row.getByText(say('text.reason.no_phone')).first().waitFor();
  await row.getByText(say('recall.rung.board')).waitFor();
  await board.getByText(say('board.called_urgently')).waitFor();
  await hears(board, 2);
  expect(await bellsHeard(tablet)).toBe(0);

  await row.getByText(say('recall.rung.tablet')).waitFor();
  await tablet
    .getByRole('region', { name: say('calls.your_turn') })
    .getByText(ticket)
    .waitFor();
  await hears(tablet, 3);
  await row.getByText(say('recall.rung.staff')).waitFor();
  await hears(board, 8);

  // Who switches a screen on again hears nothing of what everybody has heard.
  await board.reload();
  await board.getByText(say('board.called_urgently')).waitFor();
  expect(await bellsHeard(board)).toBe(0);

  await appliance.post(`/games/${id}/confirm`, { as: 'user' });
  await tablet.getByRole('region', { name: say('calls.your_turn') }).waitFor({ state: 'detached' });
  await staffConsole(console).shows('confirmed', ticket);
});

test('a guest answers on their own page, with and without a script, and staff see it', async () => {
  const appliance = venue.appliance();
  const change = { grace_seconds: 600 };
  await appliance.patch('/api/attractions/derby', { as: 'user', body: change });
  const late = await aWaitingGuest(appliance, 'Zoë');
  const leaving = await aWaitingGuest(appliance, 'Ben');
  const coming = await aWaitingGuest(appliance, 'Cleo', '312-555-0177');
  const console = await witness.open(`${venue.url}/staff`, { viewport: { width: 1440, height: 900 } });
  await signIn(console, 'user');
  const staff = staffConsole(console);
  for (const { id } of [late, leaving, coming]) await appliance.post(`/games/${id}/recall`, { as: 'user' });

  const phone = { viewport: { width: 390, height: 844 } };
  const oldPhone = await witness.open(venue.url + late.page, { ...phone, javaScriptEnabled: false });
  await oldPhone.getByRole('button', { name: 'I need more time' }).click();
  await staff.row('held', late.ticket).getByText(say('answer.more_time')).waitFor();

  const newPhone = await witness.open(venue.url + leaving.page, phone);
  await newPhone.getByText('Leave the list', { exact: true }).click();
  await newPhone.getByText('Yes, leave the list').click();
  await newPhone.getByRole('heading', { name: 'Ticket cancelled' }).waitFor();

  const cleo = await witness.open(venue.url + coming.page, phone);
  await cleo.getByRole('button', { name: 'I am coming' }).click();
  await staff.row('confirmed', coming.ticket).getByText(say('answer.coming')).waitFor();
});

test('four guests who are called at once have room on the board, upright and across', async () => {
  const appliance = venue.appliance();
  for (const name of ['Ana', 'Zoë', 'Ben', 'Cleo']) {
    const { id } = await aWaitingGuest(appliance, name);
    await appliance.post(`/games/${id}/recall`, { as: 'user' });
  }
  for (const viewport of [
    { width: 1920, height: 1080 },
    { width: 1080, height: 1920 },
  ]) {
    const board = await witness.open(`${venue.url}/board`, { viewport });
    const called = board.getByRole('region', { name: say('board.called') });
    await called.getByRole('listitem').nth(3).waitFor();
    const spill = await called.evaluate((strip) => {
      const { bottom, right } = strip.getBoundingClientRect();
      return [...strip.querySelectorAll('*')].filter((part) => {
        const box = part.getBoundingClientRect();
        return box.bottom > bottom + 1 || box.right > right + 1;
      }).length;
    });
    expect(spill).toBe(0);
  }
});
