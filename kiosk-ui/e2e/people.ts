import type { Page } from 'playwright-core';
import { testPassword } from '../../appliance/src/testing/test-appliance.ts';
import { say } from './words.ts';

/** Signs in on whatever screen asked for it. */
export async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel(say('sign_in.username')).fill(username);
  await page.getByLabel(say('sign_in.password')).fill(testPassword);
  await page.getByRole('button', { name: say('sign_in.submit') }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

export interface Guest {
  readonly name: string;
  readonly phone?: string;
  /** PNG. */
  readonly photo?: Buffer;
}

/** What a guest does at the tablet; answers the ticket they are shown. */
export async function signUp(tablet: Page, { name, phone, photo }: Guest): Promise<string> {
  await tablet.getByRole('button', { name: /Home Run Derby/u }).click();
  await tablet.getByLabel(say('sign_up.name')).fill(name);
  await tablet.getByRole('button', { name: say('sign_up.next') }).click();
  if (phone !== undefined) {
    await tablet.getByLabel(say('sign_up.phone')).fill(phone);
    await tablet.getByRole('checkbox', { name: say('sign_up.text_me') }).check();
  }
  await tablet.getByRole('button', { name: say('sign_up.next') }).click();
  if (photo !== undefined) {
    await tablet.getByRole('checkbox', { name: say('sign_up.photo_agree') }).check();
    const file = { name: 'camera.png', mimeType: 'image/png', buffer: photo };
    await tablet.getByLabel(say('sign_up.photo_take')).setInputFiles(file);
    await tablet.getByRole('img', { name: say('sign_up.photo_preview') }).waitFor();
  }
  await tablet.getByRole('button', { name: say('sign_up.finish') }).click();
  await tablet.getByRole('heading', { name: say('ticket.title', { name }) }).waitFor();
  const ticket = await tablet.getByText(/^A\d{3}$/u).textContent();
  return ticket ?? '';
}
