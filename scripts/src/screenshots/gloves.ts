import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { aPhonePlayer, progressOfGame } from '../../../appliance/src/testing/phone-games.ts';
import { createPerformance } from '../../../appliance/src/testing/simulated-glove/hand.ts';
import { recordingOf } from '../../../appliance/src/testing/simulated-glove/phone.ts';
import { createPlayer } from '../../../appliance/src/testing/simulated-glove/player.ts';
import {
  aTestAppliance,
  type TestAppliance,
  testPassword,
} from '../../../appliance/src/testing/test-appliance.ts';
import { followGuidance, putGlovesOn } from '../../../kiosk-ui/e2e/gloves.ts';
import { say } from '../../../kiosk-ui/e2e/words.ts';
import { screen, small } from './pictures.ts';

/** A plot of ten seconds, with a moment in the middle at which nothing came through. */
const [beforeMs, gapMs, afterMs] = [7_000, 1_200, 4_500];
const dayMs = 86_400_000;
const games = 8;

interface Taken {
  readonly file: string;
  readonly png: Buffer;
}

/** Gloves on moving hands, one that is being fitted, and what eight games of a player came to. */
export async function glovePictures(browser: Browser): Promise<Taken[]> {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-gloves-'));
  const appliance = await aTestAppliance({ directory, environment: { DUGOUT_SITE_NAME: 'Riverside Park' } });
  const air = { isOff: false };
  const gloves = [
    { name: 'glove-1', seed: 3, calibrated: true },
    { name: 'glove-2', seed: 4 },
  ];
  const hands = await putGlovesOn(appliance, gloves, (link) => ({
    ...link,
    carry: (departures) =>
      link.carry(air.isOff ? departures.filter(({ what }) => what !== 'packet') : departures),
  }));
  try {
    return [
      { file: 'glove-live.png', png: await live(browser, appliance, air) },
      { file: 'glove-calibration.png', png: await calibration(browser, appliance, hands) },
      { file: 'progress.png', png: await progress(browser, appliance) },
    ];
  } finally {
    await hands.stop();
    await appliance.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const administrator = { username: 'user', password: testPassword };

async function live(browser: Browser, { url }: TestAppliance, air: { isOff: boolean }): Promise<Buffer> {
  return taken(
    browser,
    screen(1280, 860, 'light'),
    administrator,
    `${url}/glove?glove=glove-1`,
    async (page) => {
      await page.locator('[data-stream=following]').waitFor();
      await delay(beforeMs);
      air.isOff = true;
      await delay(gapMs);
      air.isOff = false;
      await delay(afterMs);
    },
  );
}

async function calibration(
  browser: Browser,
  appliance: TestAppliance,
  hands: Parameters<typeof followGuidance>[1],
): Promise<Buffer> {
  const guided = followGuidance(appliance, hands, 'glove-2');
  const { url } = appliance;
  try {
    return await taken(
      browser,
      screen(1280, 720, 'dark'),
      administrator,
      `${url}/glove?glove=glove-2`,
      async (page) => {
        await page.getByRole('button', { name: say('glove.calibrate') }).click();
        await page.getByRole('heading', { name: say('calibration.phase.hold_fist') }).waitFor();
        await page.getByText(say('calibration.guidance.keep_holding')).waitFor();
        await delay(1_000);
      },
    );
  } finally {
    await guided.stop();
  }
}

async function progress(browser: Browser, appliance: TestAppliance): Promise<Buffer> {
  const player = await aPhonePlayer(appliance);
  const simulated = createPlayer({ seed: 11, course: 'improves', perGame: 0.05 });
  let last = '';
  for (let game = 0; game < games; game++) {
    const recording = recordingOf(createPerformance(simulated.game(game)), { score: 1_000, rateHz: 50 });
    const started_at = new Date(Date.now() - (games - game) * dayMs).toISOString();
    const { body } = await appliance.post('/game', { as: player.as, body: { ...recording, started_at } });
    last = body.game_id;
  }
  await progressOfGame(appliance, player, last);
  return taken(browser, screen(1280, 1000, 'light'), player.as, `${appliance.url}/progress`, async (page) => {
    await page.getByRole('button', { name: say('progress.group.rhythm') }).click();
    await page.getByRole('listitem').filter({ hasText: 'Pace' }).first().waitFor();
  });
}

async function taken(
  browser: Browser,
  look: BrowserContextOptions,
  { username, password }: { username: string; password: string },
  url: string,
  stage: (page: Page) => Promise<void>,
): Promise<Buffer> {
  const context = await browser.newContext(look);
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel(say('sign_in.username')).fill(username);
    await page.getByLabel(say('sign_in.password')).fill(password);
    await page.getByRole('button', { name: say('sign_in.submit') }).click();
    await stage(page);
    await page.mouse.move(0, 0);
    return await small(await page.screenshot());
  } finally {
    await context.close();
  }
}
