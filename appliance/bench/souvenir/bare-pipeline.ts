import type { SouvenirOutput } from '../../contract/souvenirs.ts';
import { createSouvenirPainter, type Layers } from '../../src/modules/souvenirs/souvenir-painter.ts';
import { souvenirTemplate } from '../../src/modules/souvenirs/souvenir-template.ts';
import type { SouvenirContent } from '../../src/modules/souvenirs/souvenir-wording.ts';
import { sharp } from '../../src/platform/images/libvips.ts';
import type { Picture } from '../../src/platform/images/picture.ts';

interface Finished {
  readonly ground: Picture;
  readonly layers: Layers;
}

const outputs = Object.keys(souvenirTemplate).filter(
  (name): name is SouvenirOutput => name in souvenirTemplate,
);

/**
 * The same three pictures by sharp alone, written as plainly as can be, from layers that are finished: text and code
 * are pixels already, so only decoding, scaling, composing and encoding are left. No painter can be faster.
 */
export async function finishedLayers(content: SouvenirContent): Promise<Map<SouvenirOutput, Finished>> {
  const painter = createSouvenirPainter();
  const finished = new Map<SouvenirOutput, Finished>();
  for (const output of outputs) {
    finished.set(output, {
      ground: await painter.scene(content.attraction, output),
      layers: await painter.layers(content, output),
    });
  }
  return finished;
}

export async function bareSouvenirs(
  photo: Buffer,
  finished: Map<SouvenirOutput, Finished>,
): Promise<Buffer[]> {
  const slot = finished.get('print')?.layers.photo[0]?.picture;
  if (slot === undefined) throw new Error('the bench draws souvenirs with a photo');
  const decoded = await sharp(photo)
    .resize(slot.width, slot.height, { fit: 'cover', position: sharp.strategy.attention })
    .raw()
    .toBuffer();

  const pictures: Buffer[] = [];
  for (const [output, { ground, layers }] of finished) {
    const overlays = [];
    for (const { picture, left, top } of layers.photo) {
      const scaled = await sharp(decoded, { raw: { width: slot.width, height: slot.height, channels: 3 } })
        .resize(picture.width, picture.height, { fit: 'fill' })
        .raw()
        .toBuffer();
      overlays.push({
        input: scaled,
        raw: { width: picture.width, height: picture.height, channels: 3 as const },
        left,
        top,
      });
    }
    for (const { picture, left, top } of [...layers.code, ...layers.texts]) {
      const { pixels, width, height, channels } = picture;
      overlays.push({ input: pixels, raw: { width, height, channels }, left, top });
    }
    const { width, height, channels } = ground;
    const composed = sharp(ground.pixels, { raw: { width, height, channels } })
      .composite(overlays)
      .removeAlpha();
    pictures.push(
      await (output === 'thumbnail'
        ? composed.webp({ quality: 82 })
        : composed.jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
      ).toBuffer(),
    );
  }
  return pictures;
}
