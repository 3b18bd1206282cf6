import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { installFonts, isDrawnAsBox } from './fonts.ts';
import { sharp } from './libvips.ts';

beforeAll(() => installFonts(join(tmpdir(), 'dugout-fonts')));

const samples = {
  Latin: 'Ł',
  Vietnamese: 'ế',
  Cyrillic: 'Ж',
  Greek: 'Ω',
  Arabic: 'ش',
  Hebrew: 'ש',
  Devanagari: 'न',
  Thai: 'ฐ',
  Bengali: 'ঝ',
  Gurmukhi: 'ੴ',
  Gujarati: 'ઝ',
  Tamil: 'ஜ',
  Telugu: 'జ',
  Kannada: 'ಜ',
  Malayalam: 'ജ',
  Sinhala: 'ඣ',
  Armenian: 'Ֆ',
  Georgian: 'ჟ',
  Ethiopic: 'ጀ',
  Khmer: 'ឍ',
  Lao: 'ພ',
  Myanmar: 'ည',
  Hiragana: 'あ',
  Katakana: 'ア',
  Hangul: '한',
  'simplified Han': '龙',
  'traditional Han': '龍',
  emoji: '🎉',
  'an emoji of five people': '👩‍👩‍👧‍👦',
};

describe('without a font of the machine', () => {
  it.each(Object.entries(samples))('draws %s', async (_, sample) => {
    expect(await isDrawnAsBox(sample)).toBe(false);
  });

  it('would notice a box', async () => {
    expect(await isDrawnAsBox('\u{E000}')).toBe(true);
    expect(await isDrawnAsBox('\u{10FFFD}')).toBe(true);
  });

  it('draws emoji in colour', async () => {
    const text = { text: '🎉', font: 'Noto Sans 64', rgba: true, dpi: 72 };
    const { channels } = await sharp({ text }).stats();
    const [red, , blue] = channels.map(({ mean }) => mean);
    expect(Math.abs((red ?? 0) - (blue ?? 0))).toBeGreaterThan(5);
  });

  it('joins Arabic letters', async () => {
    const widthOf = async (text: string) =>
      (
        await sharp({ text: { text, font: 'Noto Sans 64', dpi: 72 } })
          .raw()
          .toBuffer({ resolveWithObject: true })
      ).info.width;
    expect(await widthOf('سلام')).toBeLessThan(0.9 * (await widthOf('س\u200Cل\u200Cا\u200Cم')));
  });
});
