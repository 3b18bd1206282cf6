import type { SouvenirLook } from './souvenir-look.ts';
import { round } from './souvenir-svg.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the field meets the sky, in parts of the height. */
const horizon = 0.62;

/** A ballpark at dusk, darkened where words lie over it. SVG elements for a picture of this size. */
export const ballparkSvg = (size: Size, look: SouvenirLook): string =>
  [colours(look), sky(size), stands(size, look), field(size, look), scrim(size), lights(size)].join('\n');

const colours = ({ sky: dusk, grass, shade }: SouvenirLook) => `<defs>
  <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
    ${dusk.map((color, index) => `<stop offset="${[0, 0.34, 0.62, 0.84, 1][index]}" stop-color="${color}"/>`).join('')}
  </linearGradient>
  <linearGradient id="grass" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="${grass[1]}"/><stop offset="1" stop-color="${grass[0]}"/>
  </linearGradient>
  <linearGradient id="night" x1="0" y1="0" x2="0" y2="1">
    <stop offset="0" stop-color="${shade}" stop-opacity="0.1"/><stop offset="0.4" stop-color="${shade}" stop-opacity="0.34"/>
    <stop offset="0.7" stop-color="${shade}" stop-opacity="0.62"/><stop offset="1" stop-color="${shade}" stop-opacity="0.82"/>
  </linearGradient>
  <radialGradient id="glow"><stop offset="0" stop-color="#fffbe6" stop-opacity="0.7"/>
    <stop offset="0.2" stop-color="#fff2c4" stop-opacity="0.32"/><stop offset="0.5" stop-color="#fff2c4" stop-opacity="0.09"/>
    <stop offset="1" stop-color="#fff2c4" stop-opacity="0"/>
  </radialGradient>
</defs>`;

function sky({ width, height }: Size): string {
  const random = randomFrom(7);
  const stars = Array.from({ length: 90 }, () => {
    const y = random() ** 1.7 * height * horizon * 0.72;
    const radius = (0.5 + random() * 1.3) * (width / 1400);
    return `<circle cx="${round(random() * width)}" cy="${round(y)}" r="${round(radius)}" fill-opacity="${round(0.25 + random() * 0.65)}"/>`;
  });
  return `<rect width="${width}" height="${round(height * horizon)}" fill="url(#sky)"/><g fill="#ffffff">${stars.join('')}</g>`;
}

/** Two decks around the outfield, highest at the edges, with a crowd of lights. */
function stands({ width, height }: Size, { shade, tint, accent }: SouvenirLook): string {
  const base = height * horizon;
  const rise = Math.min(height * 0.24, width * 0.3);
  const rim = (lift: number) => (x: number) => base - rise * lift * (0.34 + 0.66 * (2 * x - 1) ** 2);
  const upper = rim(1);
  const lower = rim(0.52);
  const outline = (edge: (x: number) => number) =>
    Array.from({ length: 25 }, (_, step) => `${round((step / 24) * width)} ${round(edge(step / 24))}`).join(
      ' L ',
    );
  const random = randomFrom(21);
  const seats = Array.from({ length: 1500 }, () => {
    const x = random();
    const [top, floor] = random() < 0.55 ? [upper(x), lower(x)] : [lower(x), base];
    const y = top + (0.14 + random() * 0.78) * (floor - top);
    const radius = (0.8 + random() * 1.1) * (width / 1600);
    const color = random() < 0.5 ? '#ffffff' : random() < 0.6 ? tint : accent;
    return `<circle cx="${round(x * width)}" cy="${round(y)}" r="${round(radius)}" fill="${color}" fill-opacity="${round(0.12 + random() * 0.5)}"/>`;
  });
  const deck = (edge: (x: number) => number, opacity: number) =>
    `<path d="M 0 ${round(base)} L ${outline(edge)} L ${width} ${round(base)} Z" fill="${shade}" fill-opacity="${opacity}"/>
     <path d="M ${outline(edge)}" fill="none" stroke="${tint}" stroke-opacity="0.55" stroke-width="${round(width / 700)}"/>`;
  return `${deck(upper, 0.88)}${deck(lower, 0.75)}<g>${seats.join('')}</g>`;
}

/** Mown stripes that run together at the horizon, the track before the wall, the infield in front. */
function field({ width, height }: Size, { grass, accent }: SouvenirLook): string {
  const base = height * horizon;
  const middle = width / 2;
  const stripes = Array.from({ length: 9 }, (_, index) => {
    const spread = (index - 4.5) * 2 * (width / 7);
    const far = (index - 4.5) * 2 * (width / 22);
    return `<path d="M ${round(middle + far)} ${round(base)} L ${round(middle + far + width / 22)} ${round(base)} L ${round(middle + spread + width / 7)} ${height} L ${round(middle + spread)} ${height} Z" fill="${grass[0]}" fill-opacity="0.55"/>`;
  });
  const track = height * 0.018;
  return `<rect y="${round(base)}" width="${width}" height="${round(height - base)}" fill="url(#grass)"/>${stripes.join('')}
    <rect y="${round(base)}" width="${width}" height="${round(track)}" fill="#7a4a35"/>
    <rect y="${round(base - height * 0.03)}" width="${width}" height="${round(height * 0.03)}" fill="#0c2a2a"/>
    <rect y="${round(base - height * 0.03)}" width="${width}" height="${round(height * 0.0045)}" fill="${accent}"/>
    <ellipse cx="${round(middle)}" cy="${round(height * 1.1)}" rx="${round(width * 0.62)}" ry="${round(height * 0.235)}" fill="#8a5038"/>
    <ellipse cx="${round(middle)}" cy="${round(height * 1.1)}" rx="${round(width * 0.4)}" ry="${round(height * 0.15)}" fill="${grass[1]}"/>
    <path d="M ${round(middle)} ${round(height * 1.12)} L ${round(-width * 0.06)} ${round(base + track)} M ${round(middle)} ${round(height * 1.12)} L ${round(width * 1.06)} ${round(base + track)}" stroke="#ffffff" stroke-opacity="0.75" stroke-width="${round(width / 420)}"/>`;
}

/** Darkens what lies behind the words. */
const scrim = ({ width, height }: Size) => `<rect width="${width}" height="${height}" fill="url(#night)"/>`;

/** A tower of floodlights at either end of the stands. */
function lights({ width, height }: Size): string {
  const base = height * horizon;
  const unit = Math.min(width, height) / 100;
  const towers = [0.045, 0.955].map((place) => {
    const x = place * width;
    const top = base - unit * (30 + 26 * (2 * place - 1) ** 2);
    const lamps = [0, 1, 2].flatMap((row) =>
      [-2, -1, 0, 1, 2].map(
        (column) =>
          `<circle cx="${round(x + column * unit * 1.5)}" cy="${round(top + row * unit * 1.5)}" r="${round(unit * 0.52)}" fill="#fffdf2"/>`,
      ),
    );
    return `<rect x="${round(x - unit * 0.28)}" y="${round(top)}" width="${round(unit * 0.56)}" height="${round(base - top)}" fill="#0a0d22"/>
      <rect x="${round(x - unit * 4)}" y="${round(top - unit * 1)}" width="${round(unit * 8)}" height="${round(unit * 5)}" rx="${round(unit * 0.5)}" fill="#0a0d22"/>
      <circle cx="${round(x)}" cy="${round(top + unit * 1.5)}" r="${round(unit * 17)}" fill="url(#glow)"/>${lamps.join('')}`;
  });
  return towers.join('');
}

/** The same crowd on every souvenir (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
