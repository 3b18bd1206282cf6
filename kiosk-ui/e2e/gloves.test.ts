import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { aPhonePlayer, progressOfGame } from '../../appliance/src/testing/phone-games.ts';
import { createPerformance } from '../../appliance/src/testing/simulated-glove/hand.ts';
import { recordingOf } from '../../appliance/src/testing/simulated-glove/phone.ts';
import { createPlayer } from '../../appliance/src/testing/simulated-glove/player.ts';
import { testPassword } from '../../appliance/src/testing/test-appliance.ts';
import { aUser, type Credentials } from '../../appliance/src/testing/test-users.ts';
import { accessibilityFaults } from './audit.ts';
import { launchChromium } from './chromium.ts';
import { followGuidance, type GlovesOnHands, putGlovesOn } from './gloves.ts';
import { scan } from './qr.ts';
import { aVenue, type Venue } from './venue.ts';
import { aWitness, type Witness } from './witness.ts';
import { say } from './words.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const directory = mkdtempSync(join(tmpdir(), 'dugout-e2e-'));
const tablet = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
let browser: Browser;
let venue: Venue;
let witness: Witness;
let hands: GlovesOnHands;
let radio: { isOff: boolean };
let seat: string;

beforeAll(async () => {
  browser = await launchChromium();
  venue = await aVenue(directory);
  witness = aWitness(browser, venue.url);
  const air = { isOff: false };
  radio = air;
  const gloves = [
    { name: 'glove-left', seed: 1, hand: 'left', calibrated: true },
    { name: 'glove-right', seed: 2, hand: 'right' },
  ] as const;
  hands = await putGlovesOn(venue.appliance(), gloves, (link) => ({
    ...link,
    carry: (departures) =>
      link.carry(air.isOff ? departures.filter(({ what }) => what !== 'packet') : departures),
  }));
  const { body } = await venue.appliance().get('/api/stations', { as: 'user' });
  seat = body.items.find((one: { attraction: string }) => one.attraction === 'glove').id;
  for (const { name, hand } of gloves)
    await venue.appliance().patch(`/api/gloves/${name}`, { as: 'user', body: { station_id: seat, hand } });
});
afterAll(async () => {
  await hands.stop();
  await browser.close();
  await venue.switchOff();
  rmSync(directory, { recursive: true, force: true });
});

const staff = { username: 'user', password: testPassword };

/** Opens a screen as somebody, and counts from the beginning how often a plot was drawn. */
async function open(path: string, { username, password }: Credentials, options = {}): Promise<Page> {
  const page = await witness.open(`${venue.url}/sign-in`, { viewport: tablet, ...options });
  await page.addInitScript(countDrawings);
  await page.getByLabel(say('sign_in.username')).fill(username);
  await page.getByLabel(say('sign_in.password')).fill(password);
  await page.getByRole('button', { name: say('sign_in.submit') }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await page.goto(venue.url + path);
  return page;
}

/** Runs in the page: every drawing begins with an empty sheet. */
const countDrawings = `
  window.drawings = 0;
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...rectangle) {
    window.drawings += 1;
    clear.apply(this, rectangle);
  };`;
const drawings = (page: Page) => page.evaluate<number>('window.drawings');
const moreDrawings = (page: Page, than: number) =>
  page.evaluate(`new Promise((done) => {
    (function next() { if (window.drawings > ${than}) done(); else requestAnimationFrame(next); })();
  })`);

/**
 * Runs in the page: of a plot's columns, from the left, whether there is a shade of missing signals in the middle of
 * the lowest strip, and whether there is ink anywhere in it.
 */
const columns = `(() => {
  const sheet = document.querySelector('canvas');
  const { width, height } = sheet;
  const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  const colours = getComputedStyle(sheet);
  const rgb = (name) => {
    copy.fillStyle = colours.getPropertyValue(name);
    copy.fillRect(0, 0, 1, 1);
    return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const inks = { ink: rgb('--ink'), gap: rgb('--accent-soft'), grid: rgb('--line') };
  const far = (a, b) => a.reduce((sum, part, at) => sum + Math.abs(part - b[at]), 0);
  const named = (colour) => Object.entries(inks).toSorted(([, a], [, b]) => far(a, colour) - far(b, colour))[0][0];
  copy.clearRect(0, 0, width, height);
  copy.drawImage(sheet, 0, 0);
  const strip = copy.getImageData(0, (4 * height) / 5 + 2, width, height / 5 - 4);
  return Array.from({ length: width }, (_, x) => {
    const column = Array.from({ length: strip.height }, (_, y) => {
      const at = (y * width + x) * 4;
      return strip.data[at + 3] < 64 ? '' : named([...strip.data.slice(at, at + 3)]);
    });
    const shaded = column.filter((name) => name === 'gap').length;
    return { ink: column.includes('ink'), gap: shaded > strip.height * 0.9 };
  });
})()`;
const columnsOf = (page: Page) => page.evaluate<{ ink: boolean; gap: boolean }[]>(columns);

async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return faults;
}

test('signals are drawn as they come; what did not come is a gap, and a pause holds still', async () => {
  const page = await open('/glove', staff);
  await page.getByRole('link', { name: 'glove-left' }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole('link', { name: 'glove-left' }).click();
  await page.locator('[data-stream=following]').waitFor();
  await moreDrawings(page, 60);
  expect((await columnsOf(page)).filter(({ ink }) => ink).length).toBeGreaterThan(20);

  radio.isOff = true;
  await page.getByText(say('glove.silent')).waitFor();
  radio.isOff = false;
  await page.getByText(say('glove.silent')).waitFor({ state: 'detached' });
  await moreDrawings(page, (await drawings(page)) + 30);
  const seen = await columnsOf(page);
  const gapBegins = seen.findIndex(({ gap }) => gap);
  const gap = seen.slice(gapBegins, seen.findLastIndex((column) => column.gap) + 1);
  // Two seconds of ten at the least, and nothing made up in them but the ends of the lines at their edges.
  expect(gap.length).toBeGreaterThan(seen.length * 0.15);
  expect(gap.slice(3, -3).filter(({ ink }) => ink)).toEqual([]);
  expect(seen.slice(0, gapBegins).some(({ ink }) => ink)).toBe(true);

  await page.getByRole('button', { name: say('glove.pause') }).click();
  await page.getByText(say('glove.paused')).waitFor();
  const still = await drawings(page);
  await page.evaluate(
    'new Promise((done) => { let left = 30; (function next() { left-- ? requestAnimationFrame(next) : done(); })(); })',
  );
  expect(await drawings(page)).toBe(still);
  await page.getByText(say('glove.table'), { exact: true }).click();
  const thumb = page.getByRole('row', { name: /^Thumb/u });
  expect(await thumb.getByRole('cell').allTextContents()).toEqual([
    expect.stringMatching(/^[01]\.\d\d$/u),
    expect.stringMatching(/^0\.\d\d$/u),
    expect.stringMatching(/^[01]\.\d\d$/u),
  ]);
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole('button', { name: say('glove.resume') }).click();
  await moreDrawings(page, still);
  await page.getByRole('button', { name: say('glove.group.turning') }).click();
  await page.getByRole('row', { name: /^Turning x, rad\/s/u }).waitFor();
});

test('at the seat a guest fits the glove, plays, and reads what it came to', async () => {
  const appliance = venue.appliance();
  const screen = await open(`/glove?station=${seat}`, await aUser(appliance, 'screen'));
  await screen.getByRole('heading', { name: say('seat.free') }).waitFor();
  const player = { name: 'Zoë Ruiz', consent: { sensor: true } };
  const made = await appliance.post('/api/games', { as: 'user', body: { attraction: 'glove', player } });
  const { id, ticket } = made.body;
  const act = async (action: string, body: object = {}) =>
    expect(await appliance.post(`/api/games/${id}/${action}`, { as: 'user', body })).toMatchObject({
      status: 200,
    });
  await act('queue');
  await act('recall');
  await act('confirm', { station_id: seat });
  await screen.getByRole('heading', { name: say('seat.guest', { ticket, initials: 'Z. R.' }) }).waitFor();

  const phases: string[] = [];
  const obeying = followGuidance(appliance, hands, 'glove-right', (phase) => void phases.push(phase));
  await screen.getByRole('button', { name: 'Fit the right hand' }).click();
  await screen.getByRole('heading', { name: say('calibration.phase.hold_open') }).waitFor();
  expect(await faultsOf(screen)).toEqual([]);
  await screen.getByText(say('calibration.quality.good')).waitFor({ timeout: 60_000 });
  expect(await faultsOf(screen)).toEqual([]);
  await screen.getByRole('button', { name: say('calibration.action.confirm') }).click();
  await screen.getByText(say('calibration.outcome.finished')).waitFor();
  await obeying.stop();
  expect(phases.filter((phase) => phase.startsWith('hold_'))).toEqual([
    'hold_open',
    'hold_fist',
    'hold_thumb_across',
  ]);
  const kept = await appliance.get(`/api/players/${made.body.player.id}/calibrations`, { as: 'user' });
  expect(kept.body.items).toMatchObject([{ glove: 'glove-right', quality: 'good' }]);

  await act('play');
  await screen.getByText(say('seat.playing')).waitFor();
  await moreDrawings(screen, (await drawings(screen)) + 90);
  await act('complete', { score: 4_200 });
  await screen.getByText('4,200').waitFor();
  await screen.getByRole('heading', { name: /^(?:Too early to tell|Cannot be compared)$/u }).waitFor();
  expect(await faultsOf(screen)).toEqual([]);
  const page = await witness.open((await scan(screen, say('seat.page'))) ?? '', { viewport: phone });
  await page.getByRole('heading', { name: 'What your glove measured' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('a player reads what a game came to, and what became of eight', async () => {
  const appliance = venue.appliance();
  const player = await aPhonePlayer(appliance);
  const games: string[] = [];
  const simulated = createPlayer({ seed: 12, course: 'stays' });
  for (let game = 0; game < 8; game++) {
    const recording = recordingOf(createPerformance(simulated.game(game)), {
      score: 1_000 + game,
      rateHz: 50,
    });
    const started_at = new Date(Date.now() - (9 - game) * 86_400_000).toISOString();
    const { body } = await appliance.post('/game', { as: player.as, body: { ...recording, started_at } });
    games.push(body.game_id);
  }
  const [early = '', last = ''] = [games[1], games[7]];
  const { status } = await progressOfGame(appliance, player, last);
  const page = await open(`/progress?game=${last}`, player.as, { viewport: phone });
  await page.getByRole('heading', { name: say(`progress.status.${status}`) }).waitFor();
  await page.getByText(say(`progress.meaning.${status}`)).waitFor();
  expect(await page.getByRole('row', { name: /^Reach, index/u }).textContent()).toMatch(/\d %.* ± /u);
  expect(await faultsOf(page)).toEqual([]);

  await page.getByRole('link', { name: say('progress.over_games') }).click();
  await page.getByRole('listitem').filter({ hasText: 'Reach, thumb' }).getByText('±').waitFor();
  expect(await page.getByRole('table', { name: 'Reach, thumb' }).getByRole('row').count()).toBe(9);
  expect(await faultsOf(page)).toEqual([]);
  await page.goto(`${venue.url}/progress?game=${early}`);
  await page.getByRole('heading', { name: say('progress.status.not_enough_data') }).waitFor();
});

test('nothing was asked of any other machine, and no console complained', () => {
  expect(witness.foreignRequests).toEqual([]);
  expect(witness.complaints).toEqual([]);
});
