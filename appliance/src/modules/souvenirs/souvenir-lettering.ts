import { keepRecent } from '../../platform/images/keep-recent.ts';
import { type Lettering, letter } from '../../platform/images/lettering.ts';
import type { Box, Picture, Placed } from '../../platform/images/picture.ts';
import { lookOf } from './souvenir-look.ts';
import { aligned, type Place, within } from './souvenir-placement.ts';
import { boxOf, type Format, type Slot } from './souvenir-template.ts';
import { type Figure, type SouvenirContent, wordingOf } from './souvenir-wording.ts';

const white = '#ffffff';
const ink = '#14193a';

type TextStyle = Omit<Lettering, 'size' | 'align'>;

const styles = {
  name: { typeface: 'display', weight: 'ultra-bold', color: ink, lines: 2 },
  title: { typeface: 'display', weight: 'ultra-bold', italic: true, color: white, tracking: 40 },
  figure: { typeface: 'display', weight: 'ultra-bold', italic: true, color: white },
  small: { typeface: 'display', weight: 'semi-bold', color: white, tracking: 60 },
  venue: { typeface: 'display', weight: 'ultra-bold', color: white, lines: 2 },
  plain: { typeface: 'display', weight: 'semi-bold', color: white },
} satisfies Record<string, TextStyle>;

/** Capitals and digits are 0.7 of the type size high; this makes them fill a slot of their height. */
const capitalsFill = 1.4;

/** Texts kept ready: one souvenir's in all outputs, so that those that are on every souvenir are drawn once. */
const keptTexts = 64;

export type SouvenirLetterer = (content: SouvenirContent, format: Format) => Promise<Placed[]>;

type Draw = (text: string, lettering: Lettering, box: Box) => Promise<Picture>;

/** Sets the words of a souvenir, each in its slot and never outside. */
export function createSouvenirLetterer(): SouvenirLetterer {
  const remember = keepRecent<Picture>(keptTexts);
  return (content, format) =>
    setWords(content, format, (text, lettering, box) => {
      const key = JSON.stringify([text, lettering, box.width, box.height]);
      return remember(key, () => letter(text, lettering, box));
    });
}

function setWords(content: SouvenirContent, format: Format, draw: Draw): Promise<Placed[]> {
  const { slots } = format;
  const words = wordingOf(content);
  const { tint } = lookOf(content.attraction);
  const placed: Promise<Placed>[] = [];

  const put = (text: string, slot: Slot | undefined, style: TextStyle, place: Place = 'left') => {
    if (slot === undefined || text === '') return;
    const box = boxOf(format, slot);
    const size = Math.round(box.height * capitalsFill * (style.lines === undefined ? 1 : 0.62));
    const lettering = { ...style, size, align: aligned[place] };
    placed.push(draw(text, lettering, box).then((picture) => within(box, picture, place)));
  };
  const putFigure = (figure: Figure, slot: { value: Slot; label: Slot } | undefined) => {
    put(figure.value, slot?.value, styles.figure, 'bottom left');
    put(figure.label, slot?.label, { ...styles.small, color: tint });
  };

  put(words.name, slots.name, styles.name, 'centre');
  put(words.title, slots.title, { ...styles.title, color: tint }, format.titleSide);
  putFigure(words.score, words.figures.length > 0 ? slots.score : slots.scoreAlone);
  words.figures.forEach((figure, index) => {
    putFigure(figure, slots.figures[index]);
  });
  put(words.venue, slots.venue, styles.venue);
  put(words.date, slots.date, styles.plain);
  put(words.invitation, slots.invitation, { ...styles.small, color: tint });
  put(words.url, slots.url, styles.plain);
  return Promise.all(placed);
}
