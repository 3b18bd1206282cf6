import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { GamePage } from '../../../appliance/contract/games.ts';
import type { TestAppliance } from '../../../appliance/src/testing/test-appliance.ts';
import { signIn } from '../../../kiosk-ui/e2e/people.ts';
import { beginning, say } from '../../../kiosk-ui/e2e/words.ts';

export interface Picture {
  readonly file: string;
  readonly look: BrowserContextOptions;
  /** Brings the screen to what is worth a picture. */
  stage(page: Page, appliance: TestAppliance): Promise<void>;
}

export const screen = (
  width: number,
  height: number,
  colorScheme: 'light' | 'dark',
): BrowserContextOptions => ({
  viewport: { width, height },
  colorScheme,
  reducedMotion: 'reduce',
  timezoneId: 'America/Chicago',
});
const live = (page: Page) => page.locator('[data-freshness=live]').first().waitFor();

/** What README shows: each screen as its own people see it, in the middle of a lunch rush. */
export const pictures: readonly Picture[] = [
  {
    file: 'sign-up.png',
    look: screen(1280, 800, 'light'),
    async stage(page, { url }) {
      await page.goto(`${url}/sign-up`);
      await signIn(page, 'mlbtablet');
      await page.getByRole('button', { name: /Home Run Derby/u }).waitFor();
      await live(page);
    },
  },
  {
    file: 'board.png',
    look: screen(1600, 900, 'dark'),
    async stage(page, { url }) {
      await page.goto(`${url}/board`);
      await live(page);
      await page.getByRole('region', { name: say('board.called') }).waitFor();
    },
  },
  {
    file: 'staff-console.png',
    look: screen(1440, 1000, 'light'),
    async stage(page, { url }) {
      await page.goto(`${url}/staff`);
      await signIn(page, 'user');
      await live(page);
      const called = page.getByRole('region', { name: beginning('floor.recalled') });
      await called.getByText(say('text.state.sent')).first().waitFor();
    },
  },
  {
    file: 'leaderboard.png',
    look: screen(1600, 900, 'dark'),
    async stage(page, { url }) {
      await page.goto(`${url}/leaderboard?attraction=derby&window=today`);
      await live(page);
      await page.getByRole('listitem').nth(9).waitFor();
    },
  },
  {
    file: 'rig-panel.png',
    look: screen(1024, 768, 'light'),
    async stage(page, { url }) {
      await page.goto(`${url}/rig`);
      await signIn(page, 'mlbvrgame');
      await page.getByRole('region', { name: say('rig.playing') }).waitFor();
      await live(page);
    },
  },
  {
    file: 'guest-page.png',
    look: { ...screen(390, 780, 'dark'), deviceScaleFactor: 1.5 },
    async stage(page, appliance) {
      const { page_url } = await bestPhotographed(appliance);
      await page.goto(appliance.url + new URL(page_url).pathname);
      await page.getByRole('img', { name: /^Souvenir/u }).waitFor();
      await page.evaluate('Promise.all([...document.images].map((image) => image.decode()))');
    },
  },
];

/** Takes the picture, in few colours: these are flat surfaces, and README should load at once. */
export async function take(browser: Browser, picture: Picture, appliance: TestAppliance): Promise<Buffer> {
  const context = await browser.newContext(picture.look);
  try {
    const page = await context.newPage();
    await picture.stage(page, appliance);
    await page.mouse.move(0, 0);
    await page.evaluate('document.fonts.ready.then(() => undefined)');
    return await small(await page.screenshot());
  } finally {
    await context.close();
  }
}

/** The souvenir itself, of the same guest as the page. */
export async function souvenir(appliance: TestAppliance): Promise<Buffer> {
  const { id } = await bestPhotographed(appliance);
  const { body } = await appliance.get(`/games/${id}/souvenir`, { as: 'user' });
  return small(await sharp(body).resize({ width: 800 }).toBuffer());
}

export const small = (image: Buffer): Promise<Buffer> =>
  sharp(image).png({ palette: true, quality: 90, effort: 10, dither: 0.6 }).toBuffer();

async function bestPhotographed(appliance: TestAppliance) {
  const { body } = await appliance.get('/games?state=completed&attraction=derby&limit=200', { as: 'user' });
  const [best] = GamePage.parse(body)
    .items.filter(({ player }) => player.has_photo)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  if (best === undefined) throw new Error('nobody with a photo has played');
  return best;
}
