import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsqr from 'jsqr';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SouvenirOutput } from '../../../contract/souvenirs.ts';
import { installFonts } from '../../platform/images/fonts.ts';
import { sharp } from '../../platform/images/libvips.ts';
import { clearGround, layOver, type Picture } from '../../platform/images/picture.ts';
import { createSouvenirPainter } from './souvenir-painter.ts';
import { safeArea, souvenirTemplate } from './souvenir-template.ts';
import type { SouvenirContent } from './souvenir-wording.ts';

beforeAll(() => installFonts(join(tmpdir(), 'dugout-fonts')));

const painter = createSouvenirPainter();
const outputs: SouvenirOutput[] = ['print', 'story', 'thumbnail'];

const content: SouvenirContent = {
  attraction: 'derby',
  attractionName: 'Home Run Derby',
  name: 'Zoë',
  score: 1280,
  distance: 142.64,
  homeruns: 7,
  venue: 'Riverside Park',
  date: '14 June 2026',
  url: 'https://play.example/s/K7M2QX9A',
  photo: null,
};

const green = () =>
  sharp({ create: { width: 900, height: 1600, channels: 3, background: '#00ff00' } })
    .withExif({ IFD0: { Make: 'SecretCamera' } })
    .jpeg()
    .toBuffer();

describe('a painted souvenir', () => {
  it('is three pictures of the sizes and kinds that were promised', async () => {
    const { print, story, thumbnail } = await painter.paintAll({ ...content, photo: await green() });
    expect(await sharp(print).metadata()).toMatchObject({
      format: 'jpeg',
      width: 1844,
      height: 1240,
      density: 300,
      chromaSubsampling: '4:4:4',
      space: 'srgb',
    });
    expect(await sharp(story).metadata()).toMatchObject({
      format: 'jpeg',
      width: 1080,
      height: 1920,
      space: 'srgb',
    });
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: 480, height: 320 });
    expect(print.length).toBeLessThan(1_500_000);
    expect((await green()).includes('SecretCamera')).toBe(true);
    for (const picture of [print, story, thumbnail]) expect(picture.includes('SecretCamera')).toBe(false);
  });

  it.each(outputs)('shows the photo when there is one, and art when there is none: %s', async (output) => {
    const share = async (photo: Buffer | null) => {
      const { data } = await sharp(await painter.paint({ ...content, photo }, output))
        .raw()
        .toBuffer({ resolveWithObject: true });
      let count = 0;
      for (let at = 0; at < data.length; at += 3) {
        if ((data[at + 1] ?? 0) > 230 && (data[at] ?? 0) < 60 && (data[at + 2] ?? 0) < 60) count += 1;
      }
      return count / (data.length / 3);
    };
    expect(await share(await green())).toBeGreaterThan(0.2);
    expect(await share(null)).toBeLessThan(0.01);
  });

  it.each(['print', 'story'] as const)('carries a code that a camera reads: %s', async (output) => {
    const painted = sharp(await painter.paint(content, output)).ensureAlpha();
    const { data, info } = await painted.raw().toBuffer({ resolveWithObject: true });
    expect(jsqr.default(new Uint8ClampedArray(data), info.width, info.height)?.data).toBe(content.url);
  });
});

/** Columns and rows that hold ink: a picture with nothing around it. */
function inkOf({ pixels, width, height }: Picture) {
  const ink = { left: width, top: height, right: -1, bottom: -1 };
  const blank = Buffer.alloc(width * 4);
  for (let y = 0; y < height; y += 1) {
    if (pixels.subarray(y * width * 4, (y + 1) * width * 4).equals(blank)) continue;
    for (let x = 0; x < width; x += 1) {
      if (pixels[(y * width + x) * 4 + 3] === 0) continue;
      ink.left = Math.min(ink.left, x);
      ink.right = Math.max(ink.right, x);
      ink.top = Math.min(ink.top, y);
      ink.bottom = y;
    }
  }
  return ink;
}

const alphabets = [
  'abcdefghijklmnopqrstuvwxyzÀËŁñßŐW ',
  'абвгджзийклмнопрстуфхцчшщъыьэюя ',
  'αβγδεζηθικλμνξοπρστυφχψωΆΈ ',
  'ابتثجحخدذرزسشصضطظعغفقكلمنهويﷺ ',
  'אבגדהוזחטיכלמנסעפצקרשת ',
  'अआइकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौ्ं ',
  'กขคงจฉชซญฎฏฐณดตถทธนบปผฝพฟภมยรลวศษสหอฮะาิีึืุูเแโใไ็่้๊๋ ',
  '山田太郎花子王小明陈龍灣國學あいうえおカキクケコ',
  '김이박최정강조윤장임한오서신권황안송류홍',
  '🎉🔥⚾👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿❤️👍🏽',
];
const hostile = [
  '<script>alert(1)</script>',
  '&amp;&lt;&#x0;',
  '<span size="999999">W</span>',
  '﷽'.repeat(80),
  `Z${'\u0351\u0363\u0489'.repeat(26)}`,
  '\u202Eהפוך\u202C abc',
  'W'.repeat(80),
  'i',
  'Wolfeschlegelsteinhausenbergerdorff-Sánchez Villalobos de la Rosa Martínez Jr.',
  '%s%n {{name}} \\u0000',
];

/** Names nobody has, of every length, in one script or several; always the same ones. */
function* names(count: number): Generator<string> {
  yield* hostile;
  let state = 42;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  for (let index = hostile.length; index < count; index += 1) {
    const letters = Array.from({ length: 1 + draw(3) }, () => [
      ...(alphabets[draw(alphabets.length)] ?? ''),
    ]).flat();
    yield Array.from({ length: 1 + draw(draw(4) === 0 ? 80 : 24) }, () => letters[draw(letters.length)]).join(
      '',
    );
  }
}

const cases = Number(process.env['DUGOUT_FUZZ_CASES'] ?? 40);

it(`prints ${cases} names whole and within the safe area`, { timeout: 60_000 + cases * 600 }, async () => {
  for (const name of names(cases)) {
    for (const output of outputs) {
      const format = souvenirTemplate[output];
      const safe = safeArea(format);
      const { texts } = await painter.layers({ ...content, name, venue: `${name} Park` }, output);
      const ink = inkOf(await layOver(clearGround(format.width, format.height), texts));
      const where = `${output}: ${JSON.stringify(name)}`;
      expect(ink.left, where).toBeGreaterThanOrEqual(safe.left);
      expect(ink.top, where).toBeGreaterThanOrEqual(safe.top);
      expect(ink.right, where).toBeLessThan(safe.left + safe.width);
      expect(ink.bottom, where).toBeLessThan(safe.top + safe.height);
      expect(ink.right, where).toBeGreaterThan(ink.left);
    }
  }
});
