import type { Metadata } from 'sharp';
import { defineProblems, Problem } from '../errors.ts';
import { imageFormat, isAnimatedPng } from './image-signature.ts';
import { sharp } from './libvips.ts';

export const photoProblems = defineProblems({
  image_too_large: {
    status: 413,
    title: 'The picture file is too large.',
    cause: 'The file has more than 15 MB.',
    remedy: 'Take the picture again with the usual camera settings, or send a smaller copy.',
  },
  image_format: {
    status: 415,
    title: 'The file is not a picture of a kind that is accepted.',
    cause: 'Only JPEG, PNG and WebP are read; what a file is, its first bytes tell, not its name.',
    remedy: 'Send a JPEG. Phones convert to it when the page asks for image/jpeg.',
  },
  image_unreadable: {
    status: 422,
    title: 'The picture cannot be read.',
    cause: 'The file is cut off, damaged, or takes too long to decode.',
    remedy: 'Take the picture again.',
  },
  image_too_many_pixels: {
    status: 422,
    title: 'The picture has too many pixels.',
    cause: 'Its header announces more than 40 million pixels. Small files can: this guards the memory.',
    remedy: 'Send a copy of at most 40 megapixels.',
  },
  image_animated: {
    status: 422,
    title: 'The picture is animated.',
    cause: 'The file holds several frames, and nobody can say which one was meant.',
    remedy: 'Send a still picture.',
  },
});

export const photoLimits = { bytes: 15 * 1024 * 1024, pixels: 40_000_000, edge: 2400, seconds: 10 } as const;

export interface AcceptedPhoto {
  jpeg: Buffer;
  width: number;
  height: number;
}

const decoding = { limitInputPixels: photoLimits.pixels, failOn: 'error', sequentialRead: true } as const;

/**
 * Refuses what is not worth decoding, by the file's header alone: a bomb costs a few milliseconds and no memory.
 * Throws a `Problem` of `photoProblems`.
 */
export async function inspectPhoto(bytes: Buffer): Promise<void> {
  if (bytes.length > photoLimits.bytes) throw new Problem(photoProblems.image_too_large);
  const format = imageFormat(bytes);
  if (format === undefined) throw new Problem(photoProblems.image_format);
  if (format === 'png' && isAnimatedPng(bytes)) throw new Problem(photoProblems.image_animated);

  let header: Metadata;
  try {
    header = await sharp(bytes, { ...decoding, limitInputPixels: false }).metadata();
  } catch (error) {
    throw unreadable(error);
  }
  if (header.format !== format) throw new Problem(photoProblems.image_format);
  if ((header.pages ?? 1) > 1) throw new Problem(photoProblems.image_animated);
  if (header.width * header.height > photoLimits.pixels)
    throw new Problem(photoProblems.image_too_many_pixels);
}

/**
 * Makes a stranger's picture ours: upright, sRGB, at most 2400 pixels on its long edge, without any metadata (no
 * position, no camera, no hidden thumbnail), on white where it was transparent. Throws a `Problem` of `photoProblems`.
 */
export async function acceptPhoto(bytes: Buffer): Promise<AcceptedPhoto> {
  await inspectPhoto(bytes);
  try {
    const { data, info } = await sharp(bytes, decoding)
      .timeout({ seconds: photoLimits.seconds })
      .autoOrient()
      .resize({ width: photoLimits.edge, height: photoLimits.edge, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height };
  } catch (error) {
    throw unreadable(error);
  }
}

const unreadable = (error: unknown): Problem =>
  Object.assign(new Problem(photoProblems.image_unreadable), { cause: error });
