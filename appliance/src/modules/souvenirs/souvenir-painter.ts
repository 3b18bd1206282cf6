import { readFile } from 'node:fs/promises';
import type { SouvenirOutput } from '../../../contract/souvenirs.ts';
import { keepRecent } from '../../platform/images/keep-recent.ts';
import {
  type Box,
  cover,
  drawSvg,
  type Picture,
  type Placed,
  press,
  scale,
} from '../../platform/images/picture.ts';
import { qrPicture } from '../../platform/images/qr-picture.ts';
import { createSouvenirLetterer } from './souvenir-lettering.ts';
import { lookOf } from './souvenir-look.ts';
import { within } from './souvenir-placement.ts';
import { sceneSvg } from './souvenir-scene.ts';
import { boxOf, souvenirTemplate } from './souvenir-template.ts';
import type { SouvenirContent } from './souvenir-wording.ts';

export type PaintedSouvenir = Readonly<Record<SouvenirOutput, Buffer>>;

export interface SouvenirPainter {
  paint(content: SouvenirContent, output: SouvenirOutput): Promise<Buffer>;
  /** All three, decoding the photo once. */
  paintAll(content: SouvenirContent): Promise<PaintedSouvenir>;
  /** The ground, which is the same for every guest of an attraction. */
  scene(attraction: string, output: SouvenirOutput): Promise<Picture>;
  /** What is laid over the ground, in order. */
  layers(content: SouvenirContent, output: SouvenirOutput): Promise<Layers>;
}

export interface Layers {
  readonly photo: readonly Placed[];
  readonly texts: readonly Placed[];
  readonly code: readonly Placed[];
}

/** Scenes kept ready: three outputs of two attractions are 27 MB. */
const keptScenes = 6;

export function createSouvenirPainter(): SouvenirPainter {
  const remember = keepRecent<Picture>(keptScenes);
  const letterSouvenir = createSouvenirLetterer();
  const wordmark = readFile(new URL('../../../assets/dugout-wordmark-light.svg', import.meta.url), 'utf8');

  function scene(attraction: string, output: SouvenirOutput): Promise<Picture> {
    const look = lookOf(attraction);
    return remember(`${look.emblem} ${output}`, async () =>
      drawSvg(sceneSvg(souvenirTemplate[output], look, await wordmark)),
    );
  }

  async function layersOf(
    content: SouvenirContent,
    output: SouvenirOutput,
    photo: Picture | null,
  ): Promise<Layers> {
    const format = souvenirTemplate[output];
    return {
      photo: photo === null ? [] : [await placePhoto(photo, boxOf(format, format.slots.photo))],
      code: format.slots.qr === undefined ? [] : [placeCode(content.url, boxOf(format, format.slots.qr))],
      texts: await letterSouvenir(content, format),
    };
  }

  async function paintOn(
    content: SouvenirContent,
    output: SouvenirOutput,
    photo: Picture | null,
  ): Promise<Buffer> {
    const layers = await layersOf(content, output, photo);
    const ground = await scene(content.attraction, output);
    return press(
      ground,
      [...layers.photo, ...layers.code, ...layers.texts],
      souvenirTemplate[output].encoding,
    );
  }

  return {
    scene,
    async layers(content, output) {
      return layersOf(content, output, await photoOf(content));
    },
    async paint(content, output) {
      return paintOn(content, output, await photoOf(content));
    },
    async paintAll(content) {
      const photo = await photoOf(content);
      return {
        print: await paintOn(content, 'print', photo),
        story: await paintOn(content, 'story', photo),
        thumbnail: await paintOn(content, 'thumbnail', photo),
      };
    },
  };
}

/** The photo as the largest slot wants it; the slots of the other outputs have the same shape. */
async function photoOf({ photo }: SouvenirContent): Promise<Picture | null> {
  if (photo === null) return null;
  const largest = boxOf(souvenirTemplate.print, souvenirTemplate.print.slots.photo);
  return cover(photo, largest.width, largest.height);
}

const placePhoto = async (photo: Picture, { left, top, width, height }: Box): Promise<Placed> => ({
  picture: await scale(photo, width, height),
  left,
  top,
});

const placeCode = (url: string, box: Box): Placed => within(box, qrPicture(url, box.width), 'centre');
