import { encode } from 'uqr';
import type { Picture } from './picture.ts';

/** Modules of white around the code that a reader needs (ISO/IEC 18004, section 5.3.8). */
const quietZone = 4;

/**
 * A QR code of level M with its quiet zone, dark on white, at most `size` pixels square: every module is the same
 * whole number of pixels, so nothing is blurred in print.
 */
export function qrPicture(text: string, size: number): Picture {
  const { data: modules } = encode(text, { ecc: 'M', border: quietZone });
  const scale = Math.floor(size / modules.length);
  if (scale < 1) throw new Error(`a QR code of ${modules.length} modules does not fit ${size} pixels`);
  const edge = modules.length * scale;
  const pixels = Buffer.alloc(edge * edge * 3, 0xff);
  modules.forEach((row, y) => {
    const line = Buffer.alloc(edge * 3, 0xff);
    row.forEach((dark, x) => {
      if (dark) line.fill(0x10, x * scale * 3, (x + 1) * scale * 3);
    });
    for (let copy = 0; copy < scale; copy += 1) line.copy(pixels, (y * scale + copy) * edge * 3);
  });
  return { pixels, width: edge, height: edge, channels: 3 };
}
