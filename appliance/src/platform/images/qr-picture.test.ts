import jsqr from 'jsqr';
import { expect, it } from 'vitest';
import { clearGround, layOver } from './picture.ts';
import { qrPicture } from './qr-picture.ts';

it('is read back, and has its quiet zone', async () => {
  const url = 'https://play.example/s/K7M2QX9A';
  const code = qrPicture(url, 340);
  const ground = clearGround(400, 400);
  const { pixels, width, height } = await layOver(ground, [{ picture: code, left: 30, top: 30 }]);
  expect(jsqr.default(new Uint8ClampedArray(pixels), width, height)?.data).toBe(url);

  const dark = code.pixels.indexOf(0x10);
  const firstRow = Math.floor(dark / (code.width * 3));
  const modules = code.width / (firstRow / 4);
  expect(firstRow % 4).toBe(0);
  expect(Number.isInteger(modules) && (modules - 8 - 17) % 4 === 0).toBe(true);
});

it('refuses a size at which modules would vanish', () => {
  expect(() => qrPicture('https://play.example/s/K7M2QX9A', 20)).toThrow('does not fit');
});
