import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { aMeasuredPlayer, type MeasuredPlayer } from '../../cloud-sync/src/testing/measured-player.ts';
import { accessibilityFaults } from './audit.ts';
import { fillTheFloor, type GuestOnFloor } from './busy-floor.ts';
import { launchChromium } from './chromium.ts';
import { signIn } from './people.ts';
import { aReplica, type Replica } from './replica.ts';
import { staffConsole } from './staff-console.ts';
import { aVenue, type Venue } from './venue.ts';
import { aWitness, type Witness } from './witness.ts';
import { beginning, say } from './words.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const directory = mkdtempSync(join(tmpdir(), 'dugout-e2e-'));
let browser: Browser;
let venue: Venue;
let replica: Replica;
let witness: Witness;
let console: Page;
let called: GuestOnFloor;
let calledTwice: GuestOnFloor;
let held: GuestOnFloor;
let measured: MeasuredPlayer;
beforeAll(async () => {
  browser = await launchChromium();
  venue = await aVenue(directory);
  const guests = await fillTheFloor(venue.appliance());
  [called, calledTwice, held] = guests.slice(9, 12) as [GuestOnFloor, GuestOnFloor, GuestOnFloor];
  measured = await aMeasuredPlayer(venue.appliance(), [0.9]);
  replica = await aReplica(venue.appliance());
  witness = aWitness(browser, replica.url);
  console = await witness.open(`${replica.url}${replica.site}/staff`, {
    viewport: { width: 1280, height: 900 },
  });
  await signIn(console, 'user');
});
afterAll(async () => {
  await browser.close();
  await replica.stop();
  await venue.switchOff();
  rmSync(directory, { recursive: true, force: true });
});

const bar = (): Locator => console.getByRole('region', { name: say('remote.bar') });
const tray = (): Locator => console.getByRole('region', { name: say('tray.label') });
const isLive = (): Promise<void> => console.locator('[data-freshness=live]').waitFor({ timeout: 60_000 });

async function commands(): Promise<Locator> {
  await bar()
    .getByRole('button', { name: beginning('remote.actions') })
    .click();
  return console.getByRole('dialog');
}
async function closed(panel: Locator): Promise<void> {
  await console.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
}
async function gameAtVenue({ id }: GuestOnFloor) {
  return (await venue.appliance().get(`/games/${id}`, { as: 'user' })).body;
}

test('the console far away shows the venue’s floor, whose it is and how old', async () => {
  await bar().getByText('Dugout Labs').waitFor();
  await bar().getByText(say('venue_link.live')).waitFor();
  await isLive();
  await expect.poll(() => bar().locator('[data-age]').textContent()).toMatch(/as of \d.*, \d+ s ago/u);
  await staffConsole(console).shows('recalled', called.ticket);
});

test('a player far away reads their progress; gloves are said to be shown at the venue', async () => {
  const far = aWitness(browser, replica.url);
  const page = await far.open(`${replica.url}${replica.site}/progress`, {
    viewport: { width: 390, height: 844 },
  });
  await page.getByLabel(say('sign_in.username')).fill(measured.as.username);
  await page.getByLabel(say('sign_in.password')).fill(measured.as.password);
  await page.getByRole('button', { name: say('sign_in.submit') }).click();
  await page.getByRole('heading', { name: say('progress.status.not_enough_data') }).waitFor();
  await page
    .getByRole('region', { name: say('progress.games') })
    .getByRole('link')
    .click();
  await page.getByRole('heading', { name: say('progress.game') }).waitFor();
  await page.locator('[data-freshness=live]').waitFor({ timeout: 60_000 });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(far.complaints).toEqual([]);
  await far.close();

  const path = new URL(console.url()).pathname;
  await console.goto(`${replica.url}${replica.site}/progress?player=${measured.id}`);
  await console.getByRole('heading', { name: say('progress.status.not_enough_data') }).waitFor();
  await console.goto(`${replica.url}${replica.site}/glove`);
  await console.getByRole('heading', { name: say('glove.at_venue') }).waitFor();
  expect(await accessibilityFaults(console)).toEqual([]);
  await console.goto(`${replica.url}${path}`);
  await isLive();
});

test('what is asked while the venue is there is done when the console says so', async () => {
  const before = await gameAtVenue(calledTwice);
  await staffConsole(console).act('recalled', calledTwice.ticket, 'remind');
  await tray().locator('[data-action=done]').waitFor();
  expect((await gameAtVenue(calledTwice)).recall_count).toBe(before.recall_count + 1);
});

test('without the venue an action waits in sight, is done by nobody, and is done when the venue is back', async () => {
  replica.cut();
  await console.getByText(say('freshness.aged')).waitFor({ timeout: 60_000 });
  await bar()
    .getByText(/^offline since/u)
    .waitFor({ timeout: 60_000 });
  await venue.appliance().post('/games', { as: 'mlbtablet', body: { player: { name: 'Noor' } } });
  const staff = staffConsole(console);
  await staff.act('held', held.ticket, 'queue');
  await tray().locator('[data-action=waiting]').waitFor();
  const row = staff.row('held', held.ticket);
  await row.getByText(say('row.asked', { verb: 'queue' })).waitFor();
  expect(
    await row
      .getByRole('button', { name: say('row.verb_for', { verb: say('verb.queue'), ticket: held.ticket }) })
      .isDisabled(),
  ).toBe(true);
  expect((await gameAtVenue(held)).state).toBe('held');

  // It is no matter of this page's memory.
  await console.reload();
  await row.getByText(say('row.asked', { verb: 'queue' })).waitFor();
  const panel = await commands();
  await panel.locator('[data-command=queued]').getByRole('timer').waitFor();
  expect(await accessibilityFaults(console)).toEqual([]);
  await closed(panel);

  replica.heal();
  await staff.shows('queued', held.ticket);
  await isLive();
  expect((await gameAtVenue(held)).state).toBe('queued');
});

test('the venue’s own console says what happened without the cloud, and how the cloud is', async () => {
  const local = aWitness(browser, venue.url);
  const floor = await local.open(`${venue.url}/staff`, { viewport: { width: 1440, height: 900 } });
  await signIn(floor, 'user');
  const chip = (state: string) => floor.locator(`[data-cloud=${state}]`);
  await chip('live').click({ timeout: 60_000 });
  const report = floor
    .getByRole('dialog', { name: say('cloud_link.title') })
    .getByRole('listitem')
    .first();
  const figure = report.getByText(say('outages.guests_signed_up')).locator('~ dd');
  await expect.poll(() => figure.textContent(), { timeout: 20_000 }).toBe('1');
  expect(await accessibilityFaults(floor)).toEqual([]);
  await floor.keyboard.press('Escape');
  replica.cut();
  await chip('offline').waitFor({ timeout: 60_000 });
  replica.heal();
  await chip('live').waitFor({ timeout: 60_000 });
  expect(local.complaints).toEqual([]);
  await local.close();
});

test('what was taken back in time is not done', async () => {
  replica.cut();
  const staff = staffConsole(console);
  await staff.act('recalled', called.ticket, 'hold');
  await staff
    .row('recalled', called.ticket)
    .getByRole('button', { name: beginning('actions.take_back') })
    .click();
  await tray().getByText(say('problem.action_cancelled')).waitFor();
  await tray()
    .getByRole('button', { name: say('tray.dismiss') })
    .click();
  replica.heal();
  await bar().getByText(say('venue_link.live')).waitFor({ timeout: 60_000 });
  expect((await gameAtVenue(called)).state).toBe('recalled');
});

test('whoever was faster at the venue is named to whoever asked from afar', async () => {
  replica.cut();
  const staff = staffConsole(console);
  await staff.act('recalled', called.ticket, 'confirm');
  await tray().locator('[data-action=waiting]').waitFor();
  await venue.appliance().post(`/games/${called.id}/cancel`, { as: 'user', body: {} });
  replica.heal();
  await tray().locator('[data-action=failed]').waitFor({ timeout: 60_000 });
  await tray().getByText(say('problem.changed_meanwhile')).waitFor();
  await bar()
    .getByText(say('remote.unseen', { count: 1 }))
    .waitFor({ state: 'detached' });
  const panel = await commands();
  const conflict = panel.locator('[data-command=conflict]');
  await conflict.getByText(/^It was cancelled by user at/u).waitFor();
  await closed(panel);
  expect((await gameAtVenue(called)).state).toBe('cancelled');
});

test('what became pointless meanwhile expires in sight', async () => {
  replica.cut();
  await staffConsole(console).act('recalled', calledTwice.ticket, 'remind');
  await tray().locator('[data-action=waiting]').waitFor();
  await replica.cloud.sql(
    "UPDATE sync.command SET expires_at = created_at - 1 WHERE id IN (SELECT id FROM sync.command_state WHERE status = 'queued')",
  );
  await tray().getByText(say('problem.action_expired')).waitFor();
  replica.heal();
  await isLive();
});

test('the venues are listed, the worst first, to those who say at which of them they are staff', async () => {
  await replica.addSilentSite('south', 'South Stand');
  const list = await witness.open(`${replica.url}/sites`, { viewport: { width: 360, height: 780 } });
  await list.getByLabel(say('sign_in.username')).fill('user');
  await list.getByLabel(say('sign_in.password')).fill('in-labs-only');
  await list.getByRole('button', { name: say('sign_in.submit') }).click();
  await list.getByText(say('problem.site_required')).waitFor();
  expect(await accessibilityFaults(list)).toEqual([]);
  await list.getByLabel(say('sign_in.site')).fill('labs');
  await signIn(list, 'user');
  await list.locator('[data-site=labs]').getByText(say('venue_link.live')).waitFor();
  expect(await accessibilityFaults(list)).toEqual([]);
  await list.locator('[data-site=labs]').getByRole('link').click();
  const phoneBar = list.getByRole('region', { name: say('remote.bar') });
  await phoneBar.getByText(say('venue_link.live')).waitFor();
  // It stays in sight, and must leave the rest of a phone to the floor.
  expect((await phoneBar.boundingBox())?.height).toBeLessThan(160);
  expect(await list.evaluate('document.documentElement.scrollWidth')).toBe(360);
  expect(new URL(list.url()).pathname).toBe('/sites/labs/staff');
  expect(await accessibilityFaults(list)).toEqual([]);
});

test('nothing was asked of any other machine, and no console complained', () => {
  expect(witness.foreignRequests).toEqual([]);
  expect(witness.complaints).toEqual([]);
});
