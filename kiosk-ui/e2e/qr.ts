import jsqr from 'jsqr';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** What a phone reads when it is held before the screen. */
export async function scan(screen: Page, name: string): Promise<string | undefined> {
  const png = await screen.getByRole('img', { name }).screenshot();
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const found = jsqr.default(new Uint8ClampedArray(data), info.width, info.height);
  return found?.data;
}
