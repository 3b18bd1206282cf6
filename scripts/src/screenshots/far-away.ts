import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { freePort } from '../../../appliance/src/free-port.ts';
import { testPassword } from '../../../appliance/src/testing/test-appliance.ts';
import { signIn } from '../../../kiosk-ui/e2e/people.ts';
import { say } from '../../../kiosk-ui/e2e/words.ts';
import { inCheckout } from '../checkout.ts';
import { screen, small } from './pictures.ts';

/** The demonstration as anybody starts it, and the console of its replica while the venue has no internet. */
export async function farAway(browser: Browser): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-far-away-'));
  const replica = await freePort();
  const child = spawn(process.execPath, [inCheckout('scripts/src/start.ts'), '--demo'], {
    env: {
      ...process.env,
      DUGOUT_DATA_DIR: join(directory, 'data'),
      DUGOUT_SITE_NAME: 'Riverside Park',
      DUGOUT_HTTP_HOST: '127.0.0.1',
      DUGOUT_HTTP_PORT: String(await freePort()),
      DUGOUT_MQTT_PORT: String(await freePort()),
      DUGOUT_REPLICA_PORT: String(replica),
      DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const told = (words: string) =>
    new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`the demonstration ended before it said “${words}”`)));
      child.stdout.on('data', (text: Buffer) => {
        if (text.includes(words)) resolve();
      });
    });
  try {
    await told('from afar');
    const context = await browser.newContext(screen(1440, 1000, 'light'));
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${replica}/sites/labs/staff`);
    await signIn(page, 'user');
    await page.locator('[data-freshness=live]').first().waitFor();
    await told('cut the internet');
    await page
      .getByRole('button', { name: say('verb.hold') })
      .first()
      .click({ timeout: 20_000 });
    await page.locator('[data-freshness=stale]').first().waitFor({ timeout: 60_000 });
    return await small(await page.screenshot());
  } finally {
    child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(directory, { recursive: true, force: true });
  }
}
