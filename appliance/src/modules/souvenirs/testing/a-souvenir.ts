import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { sharp } from '../../../platform/images/libvips.ts';
import type { Answer, TestAppliance } from '../../../testing/test-appliance.ts';

type Venue = Pick<TestAppliance, 'get'>;

/** Asks for a souvenir until it is made. */
export async function theSouvenir(venue: Venue, gameId: string, query = ''): Promise<Answer> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const answer = await venue.get(`/api/games/${gameId}/souvenir${query}`, { as: 'mlbtablet' });
    if (answer.status !== 202) return answer;
    expect(answer.headers.get('retry-after')).toBe('1');
    await sleep(50);
  }
  throw new Error('the souvenir was not made');
}

/** A photo of one colour. */
export const aPhoto = (background = '#00ff00') =>
  sharp({ create: { width: 600, height: 800, channels: 3, background } })
    .jpeg()
    .toBuffer();

/** Colour in the middle of where a print shows the photo: red, green, blue. */
export async function colourOfPhoto(print: Buffer): Promise<number[]> {
  const spot = { left: 480, top: 520, width: 1, height: 1 };
  return [...(await sharp(print).extract(spot).raw().toBuffer())];
}
