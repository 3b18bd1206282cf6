import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { installFonts } from './fonts.ts';
import { type Lettering, letter } from './lettering.ts';

beforeAll(() => installFonts(join(tmpdir(), 'dugout-fonts')));

const plain: Lettering = { typeface: 'plain', weight: 'semi-bold', color: '#000000', size: 60 };
const roomy = { width: 900, height: 200 };

describe('a text in its space', () => {
  it('keeps the size that was asked for when there is room', async () => {
    const short = await letter('Ana', plain, roomy);
    const same = await letter('Ana', plain, { width: 4000, height: 4000 });
    expect(short.width).toBe(same.width);
    expect(short.height).toBeGreaterThan(35);
  });

  it('shrinks to fit, and uses the room it has', async () => {
    const picture = await letter('W'.repeat(60), plain, roomy);
    expect(picture.width).toBeLessThanOrEqual(roomy.width);
    expect(picture.width).toBeGreaterThan(0.85 * roomy.width);
  });

  it('breaks a long text when lines make it larger', async () => {
    const text = 'Wolfeschlegel Steinhausen Berger Dorff the Third of Springfield';
    const one = await letter(text, plain, roomy);
    const two = await letter(text, { ...plain, lines: 2 }, roomy);
    expect(two.height).toBeGreaterThan(2.2 * one.height);
    expect(two.width).toBeLessThanOrEqual(roomy.width);
  });

  it.each([
    ['eighty of the widest glyph', '﷽'.repeat(80)],
    ['towers of marks', `Z${'\u0351\u0363'.repeat(40)}oe`],
    ['one word without an end', 'ก'.repeat(80)],
    ['families', '👩‍👩‍👧‍👦'.repeat(20)],
  ])('stays within it, whatever it is: %s', async (_, text) => {
    for (const lines of [1, 2, 3]) {
      const { width, height } = await letter(text, { ...plain, lines }, roomy);
      expect(width).toBeLessThanOrEqual(roomy.width);
      expect(height).toBeLessThanOrEqual(roomy.height);
    }
  });

  it('draws markup as the characters it is made of', async () => {
    const tagged = await letter('<b>&amp;</b>', plain, roomy);
    const bare = await letter('&', plain, roomy);
    expect(tagged.width).toBeGreaterThan(5 * bare.width);
    await expect(letter('<script>alert("\'&x;")</script', plain, roomy)).resolves.toMatchObject({
      channels: 4,
    });
  });
});
