import sharp from 'sharp';

/**
 * The one configured sharp. A picture is one thread's work (`concurrency(1)`), so that drawing never takes the second
 * core from the API; nothing is kept between pictures; and of libvips' many file formats only four may be read.
 * SVG is for our own drawings: bytes from outside pass `photo-intake.ts`, which lets JPEG, PNG and WebP through.
 */
sharp.concurrency(1);
sharp.cache(false);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadSvgBuffer',
  ],
});

export { sharp };
