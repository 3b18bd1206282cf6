import type { SouvenirOutput } from '../../../contract/souvenirs.ts';
import { installFonts } from '../../platform/images/fonts.ts';
import type { MediaStore } from '../../platform/images/media-store.ts';
import type { PicturePress } from '../../platform/images/picture-press.ts';
import { createSouvenirPainter } from './souvenir-painter.ts';
import type { SouvenirContent } from './souvenir-wording.ts';

/** Names in the media store. */
export type SouvenirFiles = Readonly<Record<SouvenirOutput, string>>;

export interface StudioDeps {
  media: MediaStore;
  press: PicturePress;
  /** Where fonts are unpacked; outlives the process. */
  fontsDirectory: string;
}

/** Draws souvenirs and puts them away: when it answers, the three files are whole and on disk. */
export function createSouvenirStudio({ media, press, fontsDirectory }: StudioDeps) {
  const painter = createSouvenirPainter();
  return {
    /** @param photo name in the media store; one that is not there is left out */
    async make(content: Omit<SouvenirContent, 'photo'>, photo: string | null): Promise<SouvenirFiles> {
      await installFonts(fontsDirectory);
      const pixels = photo === null ? null : await media.read(photo);
      const painted = await press.run(() => painter.paintAll({ ...content, photo: pixels }), 'background');
      const [print, story, thumbnail] = await Promise.all([
        media.put(painted.print, 'jpg'),
        media.put(painted.story, 'jpg'),
        media.put(painted.thumbnail, 'webp'),
      ]);
      return { print: print.file, story: story.file, thumbnail: thumbnail.file };
    },
  };
}
export type SouvenirStudio = ReturnType<typeof createSouvenirStudio>;
