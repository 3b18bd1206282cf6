import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Problem } from '../errors.ts';
import { sharp } from './libvips.ts';
import { acceptPhoto, photoLimits } from './photo-intake.ts';

const flat = (width: number, height: number, background = '#336699') =>
  sharp({ create: { width, height, channels: 3, background } });

const codeOf = (bytes: Buffer) =>
  acceptPhoto(bytes).then(
    () => 'accepted',
    (error: unknown) => (error instanceof Problem ? error.kind.code : error),
  );

/** A PNG of 16,000 × 16,000 black pixels in 31 kB: a quarter of a gigabyte once it is decoded, more when turned. */
function bomb(): Buffer {
  const edge = 16_000;
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(type), data]);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(edge, 0);
  header.writeUInt32BE(edge, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(edge * (1 + edge / 8)), { level: 9 });
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
);

describe('an accepted photo', () => {
  it('is turned upright and loses its metadata', async () => {
    const sideways = await flat(400, 300)
      .withExif({
        IFD0: { Orientation: '6', Make: 'Camera' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
      })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(sideways).metadata()).exif).toBeDefined();

    const photo = await acceptPhoto(sideways);
    const { exif, icc, xmp, orientation, format, chromaSubsampling } = await sharp(photo.jpeg).metadata();
    expect(photo).toMatchObject({ width: 300, height: 400 });
    expect({ exif, icc, xmp, orientation }).toEqual({});
    expect({ format, chromaSubsampling }).toEqual({ format: 'jpeg', chromaSubsampling: '4:4:4' });
  });

  it('is made smaller, never larger', async () => {
    expect(await acceptPhoto(await flat(6000, 4000).jpeg().toBuffer())).toMatchObject({
      width: 2400,
      height: 1600,
    });
    expect(await acceptPhoto(await flat(40, 30).webp().toBuffer())).toMatchObject({ width: 40, height: 30 });
  });

  it('is laid on white where it was transparent', async () => {
    const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    const { jpeg } = await acceptPhoto(clear);
    expect([...(await sharp(jpeg).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255]);
  });
});

describe('a file that is no photo', () => {
  it.each([
    ['empty', Buffer.alloc(0), 'image_format'],
    ['text', Buffer.from('<html><script>alert(1)</script>'.repeat(9)), 'image_format'],
    ['a GIF', gif, 'image_format'],
    ['an SVG', svg, 'image_format'],
    [
      'an SVG behind the first bytes of a JPEG',
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), svg]),
      'image_unreadable',
    ],
    ['larger than allowed', Buffer.alloc(photoLimits.bytes + 1, 0xff), 'image_too_large'],
  ])('is refused: %s', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  it('is refused when it is a TIFF or cut off', async () => {
    const noise = sharp({
      create: {
        width: 300,
        height: 300,
        channels: 3,
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
        background: '#000',
      },
    });
    expect(await codeOf(await noise.clone().tiff().toBuffer())).toBe('image_format');
    for (const whole of [
      await noise.clone().jpeg().toBuffer(),
      await noise.clone().png().toBuffer(),
      await noise.clone().webp().toBuffer(),
    ]) {
      expect(await codeOf(whole)).toBe('accepted');
      expect(await codeOf(whole.subarray(0, Math.floor(whole.length / 2)))).toBe('image_unreadable');
    }
  });

  it('is refused when it is animated', async () => {
    const frames = await sharp(
      [await flat(9, 9, '#f00').png().toBuffer(), await flat(9, 9, '#0f0').png().toBuffer()],
      {
        join: { animated: true },
      },
    )
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer();
    expect(await codeOf(frames)).toBe('image_animated');

    const still = await flat(9, 9).png().toBuffer();
    const announcement = Buffer.from('00000008616354' + '4c0000000200000000f38d9370', 'hex');
    expect(await codeOf(Buffer.concat([still.subarray(0, 33), announcement, still.subarray(33)]))).toBe(
      'image_animated',
    );
  });

  it('is refused for its pixels before they are decoded', async () => {
    const small = bomb();
    expect(small.length).toBeLessThan(100_000);
    const before = process.memoryUsage.rss();
    expect(await Promise.all(Array.from({ length: 50 }, () => codeOf(small)))).toEqual(
      Array(50).fill('image_too_many_pixels'),
    );
    expect(process.memoryUsage.rss() - before).toBeLessThan(60 * 1024 * 1024);
  });
});
