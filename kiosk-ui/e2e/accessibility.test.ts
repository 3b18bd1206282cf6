import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { accessibilityFaults } from './audit.ts';
import { fillTheFloor, type GuestOnFloor } from './busy-floor.ts';
import { launchChromium } from './chromium.ts';
import { signIn } from './people.ts';
import { staffConsole } from './staff-console.ts';
import { aVenue, type Venue } from './venue.ts';
import { aWitness, type Witness } from './witness.ts';
import { beginning, say } from './words.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const directory = mkdtempSync(join(tmpdir(), 'dugout-e2e-'));
let browser: Browser;
let venue: Venue;
let guests: GuestOnFloor[];
beforeAll(async () => {
  browser = await launchChromium();
  venue = await aVenue(directory);
  guests = await fillTheFloor(venue.appliance());
});
afterAll(async () => {
  await browser.close();
  await venue.switchOff();
  rmSync(directory, { recursive: true, force: true });
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  let witness: Witness;
  beforeEach(() => {
    witness = aWitness(browser, venue.url);
  });
  afterEach(async () => {
    expect(witness.foreignRequests).toEqual([]);
    expect(witness.complaints).toEqual([]);
    await witness.close();
  });

  const faults: string[] = [];
  beforeEach(() => {
    faults.length = 0;
  });
  const judge = async (what: string, page: Page) => {
    for (const fault of await accessibilityFaults(page)) faults.push(`${what}: ${fault}`);
  };
  const open = async (path: string, user?: string, size = { width: 1280, height: 900 }) => {
    const page = await witness.open(venue.url + path, { colorScheme, viewport: size });
    if (user !== undefined) await signIn(page, user);
    return page;
  };

  test('the ways in', async () => {
    const chooser = await open('/');
    await chooser.getByRole('heading', { name: say('chooser.title') }).waitFor();
    await judge('chooser', chooser);
    const signInScreen = await open('/sign-in');
    await judge('sign-in', signInScreen);
    await signInScreen.getByLabel(say('sign_in.username')).fill('user');
    await signInScreen.getByLabel(say('sign_in.password')).fill('not this one');
    await signInScreen.getByRole('button', { name: say('sign_in.submit') }).click();
    await signInScreen.getByRole('alert').waitFor();
    await judge('sign-in, refused', signInScreen);
    const lost = await open('/nowhere');
    await lost.getByRole('heading').waitFor();
    await judge('no such screen', lost);
    const notAllowed = await open('/staff', 'mlbtablet');
    await notAllowed.getByRole('heading', { name: say('not_allowed.title') }).waitFor();
    await judge('not allowed', notAllowed);
    expect(faults).toEqual([]);
  });

  test('the tablet, step by step', async () => {
    const tablet = await open('/sign-up', 'mlbtablet');
    const next = () => tablet.getByRole('button', { name: say('sign_up.next') }).click();
    const start = tablet.getByRole('button', { name: /Pong/u });
    await start.waitFor();
    await judge('attract', tablet);
    await start.click();
    await judge('who', tablet);
    await next();
    await tablet.getByRole('alert').waitFor();
    await judge('who, without a name', tablet);
    await tablet.getByLabel(say('sign_up.name')).fill('Zoë');
    await next();
    await tablet.getByRole('checkbox', { name: say('sign_up.text_me') }).check();
    await tablet.getByRole('checkbox', { name: say('sign_up.child') }).check();
    await judge('reach', tablet);
    await tablet.getByRole('checkbox', { name: say('sign_up.text_me') }).uncheck();
    await next();
    await tablet.getByRole('checkbox', { name: say('sign_up.photo_agree') }).check();
    await judge('photo', tablet);
    await tablet.getByRole('checkbox', { name: say('sign_up.photo_agree') }).uncheck();
    await tablet.getByRole('button', { name: say('sign_up.finish') }).click();
    await tablet.getByRole('img', { name: say('ticket.qr') }).waitFor();
    await judge('ticket', tablet);
    expect(faults).toEqual([]);
  });

  test('the boards, upright and across', async () => {
    for (const size of [
      { width: 1920, height: 1080 },
      { width: 1080, height: 1920 },
    ]) {
      const board = await open('/board', undefined, size);
      await board.getByRole('region', { name: say('board.called') }).waitFor();
      await judge(`board ${size.width}`, board);
      const ranks = await open('/leaderboard?attraction=derby&window=all', undefined, size);
      await ranks.getByRole('listitem').first().waitFor();
      await judge(`leaderboard ${size.width}`, ranks);
    }
    const empty = await open('/leaderboard?attraction=glove&window=all');
    await empty.getByText(say('leaderboard.empty')).waitFor();
    await judge('leaderboard, empty', empty);
    expect(faults).toEqual([]);
  });

  test('the console and everything that opens on it', async () => {
    const [, , , , , missed, , playing] = guests;
    const console = await open('/staff', 'user', { width: 1440, height: 900 });
    const staff = staffConsole(console);
    await staff.shows('no_show', missed?.ticket ?? '');
    await judge('console', console);
    await console.getByRole('button', { name: say('lane.more', { name: 'Glove' }) }).click();
    await judge('console, menu of a lane', console);
    await console.getByRole('button', { name: say('lane.capacity') }).click();
    await dialog(console, 'capacity');
    await staff.act('playing', playing?.ticket ?? '', 'complete');
    await dialog(console, 'result');
    await staff
      .row('playing', playing?.ticket ?? '')
      .getByRole('button', { name: /^More/u })
      .click();
    await console.getByRole('button', { name: say('row.history') }).click();
    await dialog(console, 'history');
    for (const panel of [
      beginning('cloud_link.none'),
      /^Texts/u,
      /^Failed jobs/u,
      beginning('staff.devices'),
    ]) {
      await console.getByRole('button', { name: panel }).click();
      await dialog(console, String(panel));
    }
    await console.setViewportSize({ width: 390, height: 844 });
    await judge('console on a phone', console);
    expect(faults).toEqual([]);
  });

  async function dialog(page: Page, what: string): Promise<void> {
    await page.getByRole('dialog').waitFor();
    await judge(what, page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  test('the rig', async () => {
    const rig = await open('/rig', 'mlbvrgame', { width: 1024, height: 768 });
    await rig.getByRole('region', { name: say('rig.playing') }).waitFor();
    await judge('rig, playing', rig);
    const anyRig = await open('/rig', 'user', { width: 1024, height: 768 });
    await anyRig.getByRole('heading', { name: say('rig.which') }).waitFor();
    await judge('rig, which', anyRig);
    await anyRig.getByRole('link', { name: 'Table 1' }).click();
    await anyRig.getByText(say('rig.free')).first().waitFor();
    await judge('rig, free', anyRig);
    expect(faults).toEqual([]);
  });

  test('the guest’s own page', async () => {
    const [played, , , , , missed] = guests;
    const [waiting] = guests.slice(12);
    for (const guest of [played, missed, waiting]) {
      const page = await open(guest?.page ?? '', undefined, { width: 390, height: 844 });
      await page.getByRole('heading').first().waitFor();
      await judge(`page of ${guest?.ticket}`, page);
    }
    await judge('the reference', await open('/docs'));
    expect(faults).toEqual([]);
  });
});
