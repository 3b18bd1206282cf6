import { describe, expect, it } from 'vitest';
import type { SouvenirOutput } from '../../../contract/souvenirs.ts';
import type { Box } from '../../platform/images/picture.ts';
import { qrPicture } from '../../platform/images/qr-picture.ts';
import { boxOf, safeArea, souvenirTemplate } from './souvenir-template.ts';

const outputs: SouvenirOutput[] = ['print', 'story', 'thumbnail'];

const lies = (inner: Box, outer: Box) =>
  inner.left >= outer.left &&
  inner.top >= outer.top &&
  inner.left + inner.width <= outer.left + outer.width &&
  inner.top + inner.height <= outer.top + outer.height;

const overlap = (one: Box, other: Box) =>
  one.left < other.left + other.width &&
  other.left < one.left + one.width &&
  one.top < other.top + other.height &&
  other.top < one.top + one.height;

/** The slots that hold text or the code when there are other figures than the score, and when there are none. */
function readable(output: SouvenirOutput, withFigures: boolean): Box[] {
  const format = souvenirTemplate[output];
  const { name, logo, title, score, scoreAlone, figures, venue, date, invitation, url, qr } = format.slots;
  const labelled = withFigures ? [score, ...figures] : [scoreAlone];
  return [
    name,
    logo,
    title,
    ...labelled.flatMap(({ value, label }) => [value, label]),
    venue,
    date,
    invitation,
    url,
    qr,
  ]
    .filter((slot) => slot !== undefined)
    .map((slot) => boxOf(format, slot));
}

describe.each(outputs)('%s', (output) => {
  it.each([true, false])(
    'keeps words and code within the safe area and apart (other figures: %s)',
    (withFigures) => {
      const boxes = readable(output, withFigures);
      for (const box of boxes)
        expect(lies(box, safeArea(souvenirTemplate[output])), JSON.stringify(box)).toBe(true);
      boxes.forEach((box, index) => {
        for (const other of boxes.slice(index + 1))
          expect(overlap(box, other), JSON.stringify([box, other])).toBe(false);
      });
    },
  );

  it('has a photo slot of the shape the photo is cut to', () => {
    const shapeOf = (of: SouvenirOutput) => {
      const { width, height } = boxOf(souvenirTemplate[of], souvenirTemplate[of].slots.photo);
      return width / height;
    };
    expect(shapeOf(output)).toBeCloseTo(shapeOf('print'), 1);
  });
});

it('prints a code of at least 20 mm for any length of address', () => {
  const { print } = souvenirTemplate;
  if (print.slots.qr === undefined) throw new Error('the print has a code');
  const slot = boxOf(print, print.slots.qr);
  for (let length = 24; length <= 90; length += 1) {
    const code = qrPicture(`http://${'a'.repeat(length - 7)}`, slot.width);
    const quietZone = code.pixels.indexOf(0x10) / (code.width * 3);
    const symbol = code.width - 2 * Math.floor(quietZone);
    expect(symbol / 300).toBeGreaterThanOrEqual(20 / 25.4);
  }
});

it('leaves the upper and the lower 250 pixels of a story to the app that shows it', () => {
  expect(safeArea(souvenirTemplate.story)).toMatchObject({ top: 250, height: 1920 - 500 });
});
