import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { aTestAppliance, testPassword } from '../../appliance/src/testing/test-appliance.ts';
import { launchChromium } from '../../kiosk-ui/e2e/chromium.ts';
import { inCheckout } from './checkout.ts';
import { farAway } from './screenshots/far-away.ts';
import { glovePictures } from './screenshots/gloves.ts';
import { createPacedClock } from './screenshots/paced-clock.ts';
import { pictures, souvenir, take } from './screenshots/pictures.ts';
import { simulate } from './simulate/simulation.ts';
import type { VenueClock } from './simulate/venue-clock.ts';

/** Doors open at eleven in Chicago; at a quarter past twelve the lunch rush is at its height. */
const doorsOpen = Date.UTC(2026, 6, 4, 16);
const rushMinutes = 80;
const pace = 40;
const images = inCheckout('docs/images');

const browser = await launchChromium();
mkdirSync(images, { recursive: true });
try {
  if (process.argv[2] !== 'gloves') {
    await takeTheRush();
    save('far-away.png', await farAway(browser));
  }
  for (const { file, png } of await glovePictures(browser)) save(file, png);
} finally {
  await browser.close();
}

/** The whole floor in the middle of a lunch rush. */
async function takeTheRush(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-screenshots-'));
  const clock = createPacedClock(doorsOpen);
  const appliance = await aTestAppliance({
    directory,
    clock,
    environment: { DUGOUT_SITE_NAME: 'Riverside Park', DUGOUT_PUBLIC_URL: 'http://dugout.local' },
  });
  const over = new AbortController();
  try {
    const opened = Promise.withResolvers<VenueClock>();
    const crowd = simulate(
      {
        url: appliance.url,
        broker: `mqtt://127.0.0.1:${appliance.ports.mqtt}`,
        site: 'labs',
        password: testPassword,
        pace,
        appliancePace: pace,
        rigs: 2,
        attractions: ['derby', 'pong', 'glove'],
        seed: 12,
        shared: true,
        onOpen(_tally, venueClock) {
          clock.setPace(pace);
          opened.resolve(venueClock);
        },
      },
      over.signal,
    );
    const venue = await Promise.race([opened.promise, crowd.then(() => opened.promise)]);
    while (venue.now() < rushMinutes * 60) await delay(500);

    for (const picture of pictures) save(picture.file, await take(browser, picture, appliance));
    save('souvenir.png', await souvenir(appliance));
    over.abort();
    await crowd;
  } finally {
    over.abort();
    await appliance.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function save(file: string, png: Buffer): void {
  writeFileSync(join(images, file), png);
  console.log(`${file.padEnd(20)} ${String(Math.round(png.length / 1000)).padStart(4)} kB`);
}
