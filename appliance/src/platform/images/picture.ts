import type { OverlayOptions } from 'sharp';
import { sharp } from './libvips.ts';

/** Decoded pixels, eight bits a channel: 3 channels are RGB, 4 are RGBA. */
export interface Picture {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

export interface Placed {
  readonly picture: Picture;
  readonly left: number;
  readonly top: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Encoding =
  | { readonly format: 'jpeg'; readonly quality: number; readonly density: number }
  | { readonly format: 'webp'; readonly quality: number };

const toPicture = ({
  data,
  info,
}: {
  data: Buffer;
  info: { width: number; height: number; channels: number };
}) => ({
  pixels: data,
  width: info.width,
  height: info.height,
  channels: info.channels === 4 ? (4 as const) : (3 as const),
});

export const pixelsOf = ({ pixels, width, height, channels }: Picture) =>
  sharp(pixels, { raw: { width, height, channels } });

const overlay = ({ picture: { pixels, width, height, channels }, left, top }: Placed): OverlayOptions => ({
  input: pixels,
  raw: { width, height, channels },
  left,
  top,
});

/**
 * Draws an SVG of ours at its own size, as a ground: what is clear in it is black. It must not hold text: that is
 * `lettering.ts`, which knows the fonts.
 */
export async function drawSvg(svg: string): Promise<Picture> {
  return toPicture(await sharp(Buffer.from(svg)).flatten().raw().toBuffer({ resolveWithObject: true }));
}

/** Decodes a picture that was accepted before, cut to fill a size; what draws the eye is kept. */
export async function cover(encoded: Buffer, width: number, height: number): Promise<Picture> {
  const filled = sharp(encoded).resize({ width, height, fit: 'cover', position: sharp.strategy.attention });
  return toPicture(await filled.removeAlpha().raw().toBuffer({ resolveWithObject: true }));
}

export async function scale(picture: Picture, width: number, height: number): Promise<Picture> {
  if (picture.width === width && picture.height === height) return picture;
  const scaled = pixelsOf(picture).resize({ width, height, fit: 'fill' });
  return toPicture(await scaled.raw().toBuffer({ resolveWithObject: true }));
}

/** Lays pictures over a ground, first to last. Throws when one does not lie within it. */
export async function layOver(ground: Picture, placed: readonly Placed[]): Promise<Picture> {
  const composed = pixelsOf(ground).composite(placed.map(overlay));
  const flat = ground.channels === 3 ? composed.removeAlpha() : composed;
  return toPicture(await flat.raw().toBuffer({ resolveWithObject: true }));
}

/** Lays pictures over a ground and encodes the result: one pass over the pixels. */
export function press(ground: Picture, placed: readonly Placed[], encoding: Encoding): Promise<Buffer> {
  const composed = pixelsOf(ground).composite(placed.map(overlay)).removeAlpha();
  if (encoding.format === 'webp') return composed.webp({ quality: encoding.quality }).toBuffer();
  const { quality, density } = encoding;
  return composed.withDensity(density).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
}

/** Nothing at all: the ground on which a layer is looked at alone. */
export const clearGround = (width: number, height: number): Picture => ({
  pixels: Buffer.alloc(width * height * 4),
  width,
  height,
  channels: 4,
});
