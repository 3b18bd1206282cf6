import { familiesFor, type Typeface } from './font-families.ts';
import { sharp } from './libvips.ts';
import { type Picture, scale } from './picture.ts';

export interface Lettering {
  readonly typeface: Typeface;
  readonly weight: 'semi-bold' | 'ultra-bold';
  readonly italic?: boolean;
  /** `#rrggbb` */
  readonly color: string;
  /** Pixels: the text is drawn at this size, or smaller when it would not fit. */
  readonly size: number;
  /** How often a long text may be broken; once by default, that is: not. */
  readonly lines?: number;
  readonly align?: 'left' | 'centre' | 'right';
  /** Extra space between letters, in thousandths of their size. */
  readonly tracking?: number;
}

interface Space {
  readonly width: number;
  readonly height: number;
}

/** Height of a line of Noto Sans in font sizes, marks above and below included. */
const lineHeight = 1.36;
/**
 * Type size times code points of a first drawing at most. Cairo draws 32,767 pixels across, and the widest character
 * there is, U+FDFD, is twelve times as wide as its size.
 */
const widestTrial = 2400;

const smallestSize = 8;
/**
 * Sizes that shrunk text is drawn at: each a sixteenth larger than the one before. Fonts are looked up once per size,
 * which takes longer than to draw a name, and are then known for as long as there are not too many sizes.
 */
const ladder = Array.from({ length: 70 }, (_, rung) => Math.round(smallestSize * (17 / 16) ** rung));
const rungBelow = (size: number): number => ladder.findLast((rung) => rung <= size) ?? smallestSize;

/**
 * Draws a text within a space: as large as asked for, smaller, or broken into lines, but always whole. The picture is
 * cut to the ink and never larger than the space. Any text is text here: what looks like markup is drawn as it is.
 */
export async function letter(text: string, lettering: Lettering, space: Space): Promise<Picture> {
  const trial = Math.min(lettering.size, rungBelow(widestTrial / [...text].length));
  let picture = await draw(text, lettering, trial);
  if (trial === lettering.size && fits(picture, space)) return picture;

  const plan = bestBreak(picture, trial, lettering, space);
  for (let size = plan.size, last = 0; size !== last; ) {
    picture = await draw(text, lettering, size, plan.lines > 1 ? space.width : undefined);
    if (fits(picture, space)) return picture;
    last = size;
    size = rungBelow(size * Math.min(0.96, space.width / picture.width, space.height / picture.height));
  }
  const ratio = Math.min(space.width / picture.width, space.height / picture.height);
  return scale(
    picture,
    Math.max(1, Math.floor(picture.width * ratio)),
    Math.max(1, Math.floor(picture.height * ratio)),
  );
}

const fits = (picture: Picture, space: Space) =>
  picture.width <= space.width && picture.height <= space.height;

/** Largest type that ought to fit, over one line, two, …; a break must earn a fifth of size to be worth it. */
function bestBreak(
  measured: Picture,
  measuredSize: number,
  { size: largest, lines = 1 }: Lettering,
  space: Space,
) {
  const widthPerSize = measured.width / measuredSize;
  const whole = Math.min(space.width / widthPerSize, (space.height / measured.height) * measuredSize);
  let best = { lines: 1, size: whole >= largest ? largest : rungBelow(whole) };
  for (let count = 2; count <= lines; count += 1) {
    const tall = space.height / (count * lineHeight);
    const wide = (space.width * count * 0.9) / widthPerSize;
    const size = Math.min(largest, rungBelow(Math.min(tall, wide)));
    if (size > best.size * 1.2) best = { lines: count, size };
  }
  return best;
}

async function draw(text: string, lettering: Lettering, size: number, wrapAt?: number): Promise<Picture> {
  const { typeface, weight, italic, color, tracking = 0, align = 'left' } = lettering;
  const spacing = tracking === 0 ? '' : ` letter_spacing="${Math.round((tracking / 1000) * size * 1024)}"`;
  const style = [weight, italic ? 'italic' : ''].join(' ').trim();
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="${color}"${spacing}>${escapeMarkup(text)}</span>`,
      font: `${familiesFor(text, typeface)} ${style} ${size}`,
      dpi: 72,
      rgba: true,
      align,
      ...(wrapAt === undefined ? {} : { width: wrapAt, wrap: 'word-char' as const }),
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, channels: 4 };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeMarkup = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
