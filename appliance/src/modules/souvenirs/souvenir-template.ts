import type { SouvenirOutput } from '../../../contract/souvenirs.ts';
import type { Box, Encoding } from '../../platform/images/picture.ts';

/** Where something goes: left, top, width and height in thousandths of the output's width and height. */
export type Slot = readonly [left: number, top: number, width: number, height: number];

/** What every output shows, and what only some have room for. */
type Slots = Readonly<
  Record<'card' | 'photo' | 'nameplate' | 'name' | 'logo' | 'title', Slot> & {
    /** The score beside other figures, and when it is the only one. */
    score: LabelledSlot;
    scoreAlone: LabelledSlot;
    figures: readonly LabelledSlot[];
  } & Partial<Record<'venue' | 'date' | 'invitation' | 'url' | 'qr', Slot>>
>;

interface LabelledSlot {
  readonly value: Slot;
  readonly label: Slot;
}

export interface Format {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels from each edge that hold no text: paper is trimmed there, apps lay their buttons over it. */
  readonly margin: { readonly top: number; readonly bottom: number; readonly sides: number };
  readonly encoding: Encoding;
  /** Which side of its slot the title keeps to. */
  readonly titleSide: 'left' | 'right';
  readonly slots: Slots;
}

/**
 * The souvenir: a trading card with the guest's picture and name, their result large beside or below it, over a
 * ballpark at dusk. Print is 4×6 inch full bleed at 300 dpi as dye-sublimation drivers take it.
 */
export const souvenirTemplate: Readonly<Record<SouvenirOutput, Format>> = {
  print: {
    width: 1844,
    height: 1240,
    margin: { top: 60, bottom: 60, sides: 60 },
    encoding: { format: 'jpeg', quality: 92, density: 300 },
    titleSide: 'left',
    slots: {
      card: [50, 74, 423, 852],
      photo: [62, 92, 399, 668],
      nameplate: [62, 760, 399, 148],
      name: [72, 777, 379, 114],
      logo: [510, 74, 232, 54],
      title: [510, 152, 440, 42],
      score: { value: [510, 208, 440, 208], label: [510, 432, 440, 27] },
      scoreAlone: { value: [510, 218, 440, 290], label: [510, 530, 440, 27] },
      figures: [
        { value: [510, 488, 205, 68], label: [510, 568, 205, 24] },
        { value: [740, 488, 210, 68], label: [740, 568, 210, 24] },
      ],
      venue: [510, 648, 232, 76],
      date: [510, 736, 232, 28],
      invitation: [510, 854, 232, 22],
      url: [510, 886, 232, 32],
      qr: [766, 644, 184, 274],
    },
  },
  story: {
    width: 1080,
    height: 1920,
    margin: { top: 250, bottom: 250, sides: 60 },
    encoding: { format: 'jpeg', quality: 92, density: 72 },
    titleSide: 'right',
    slots: {
      card: [185, 178, 630, 464],
      photo: [204, 188, 592, 375],
      nameplate: [204, 563, 592, 69],
      name: [222, 571, 556, 55],
      logo: [83, 134, 340, 34],
      title: [480, 141, 437, 22],
      score: { value: [83, 656, 540, 98], label: [83, 764, 540, 15] },
      scoreAlone: { value: [83, 660, 540, 140], label: [83, 814, 540, 16] },
      figures: [
        { value: [83, 791, 260, 31], label: [83, 828, 260, 13] },
        { value: [370, 791, 253, 31], label: [370, 828, 253, 13] },
      ],
      venue: [669, 802, 248, 22],
      date: [669, 828, 248, 14],
      url: [83, 849, 834, 18],
      qr: [669, 658, 240, 135],
    },
  },
  thumbnail: {
    width: 480,
    height: 320,
    margin: { top: 8, bottom: 8, sides: 8 },
    encoding: { format: 'webp', quality: 82 },
    titleSide: 'left',
    slots: {
      card: [25, 37, 446, 926],
      photo: [38, 56, 421, 710],
      nameplate: [38, 766, 421, 178],
      name: [46, 782, 404, 146],
      logo: [510, 60, 330, 86],
      title: [510, 190, 450, 74],
      score: { value: [510, 310, 450, 280], label: [510, 614, 450, 56] },
      scoreAlone: { value: [510, 330, 450, 360], label: [510, 730, 450, 60] },
      figures: [
        { value: [510, 730, 215, 110], label: [510, 866, 215, 52] },
        { value: [745, 730, 215, 110], label: [745, 866, 215, 52] },
      ],
    },
  },
};

/** A slot in pixels. */
export function boxOf({ width, height }: Format, [left, top, slotWidth, slotHeight]: Slot): Box {
  return {
    left: Math.round((left / 1000) * width),
    top: Math.round((top / 1000) * height),
    width: Math.round((slotWidth / 1000) * width),
    height: Math.round((slotHeight / 1000) * height),
  };
}

/** What text stays within. */
export function safeArea({ width, height, margin }: Format): Box {
  return {
    left: margin.sides,
    top: margin.top,
    width: width - 2 * margin.sides,
    height: height - margin.top - margin.bottom,
  };
}
