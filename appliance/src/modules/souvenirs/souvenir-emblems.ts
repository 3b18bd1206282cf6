import type { SouvenirLook } from './souvenir-look.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The attraction's emblem around a point, `radius` pixels from centre to edge. */
export function emblemSvg(look: SouvenirLook, centre: Point, radius: number): string {
  return `<g transform="translate(${centre.x} ${centre.y}) scale(${radius / 100})">${emblems[look.emblem](look)}</g>`;
}

/** Each is drawn around the origin, in a circle of radius 100. */
const emblems: Readonly<Record<SouvenirLook['emblem'], (look: SouvenirLook) => string>> = {
  ball: ({ accent }) => `${crossedBats}${baseball(accent, 54)}`,
  paddles: ({ accent, tint }) => `
    <rect x="-92" y="-64" width="20" height="92" rx="4" fill="#ffffff"/>
    <rect x="72" y="-28" width="20" height="92" rx="4" fill="#ffffff"/>
    <g fill="#ffffff" fill-opacity="0.55">${[-90, -58, -26, 6, 38, 70].map((y) => `<rect x="-4" y="${y}" width="8" height="18"/>`).join('')}</g>
    <path d="M -62 -6 L 4 40 L 44 6" fill="none" stroke="${tint}" stroke-width="5" stroke-dasharray="2 11" stroke-linecap="round"/>
    <rect x="38" y="-12" width="24" height="24" rx="3" fill="#ffffff"/>
    <rect x="42" y="-8" width="16" height="16" rx="2" fill="${accent}"/>`,
  glove: ({ accent, tint }) => `
    <path d="M -40 92 L -40 44 C -66 24 -84 -4 -88 -22 C -91 -35 -76 -42 -68 -31 L -46 2 L -46 -70 C -46 -85 -24 -85 -24 -70 L -22 -16 L -18 -84 C -17 -99 5 -99 5 -84 L 6 -16 L 14 -76 C 16 -90 37 -88 36 -74 L 32 -10 L 44 -52 C 48 -65 67 -60 64 -47 L 50 22 C 46 42 40 46 40 52 L 40 92 Z" fill="#ffffff"/>
    <rect x="-46" y="76" width="92" height="24" rx="6" fill="${accent}"/>
    <g fill="none" stroke="${accent}" stroke-width="4" stroke-linecap="round">
      <path d="M -35 -58 L -33 0 L -6 36 M -7 -74 L -4 10 L -6 36 M 25 -66 L 18 8 L -6 36 M 53 -44 L 38 12 L -6 36 M -72 -20 L -44 20 L -6 36"/>
    </g>
    <g fill="${tint}" stroke="${accent}" stroke-width="4">${sensors}</g>`,
};

const sensors = [
  [-35, -60],
  [-7, -76],
  [25, -68],
  [53, -46],
  [-72, -22],
  [-6, 38],
]
  .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="8"/>`)
  .join('');

const bat = `<path d="M -7 96 L 7 96 L 6 60 C 8 20 14 -30 14 -62 C 14 -92 -14 -92 -14 -62 C -14 -30 -8 20 -6 60 Z" fill="#e9c48f" stroke="#8a5a2c" stroke-width="3"/><rect x="-10" y="94" width="20" height="8" rx="4" fill="#8a5a2c"/>`;
const crossedBats = `<g transform="rotate(42)">${bat}</g><g transform="rotate(-42)">${bat}</g>`;

/** A ball with its two seams, stitched. */
export function baseball(stitches: string, radius: number): string {
  const seam = (side: 1 | -1) => {
    const marks = Array.from({ length: 9 }, (_, index) => {
      const angle = ((index - 4) / 4) * 0.86;
      const x = side * (122 - Math.cos(angle) * 84);
      const y = Math.sin(angle) * 84;
      const out = { x: -side * Math.cos(angle) * 11 - Math.sin(angle) * 3, y: Math.sin(angle) * 11 };
      return `M ${(x - out.x).toFixed(1)} ${(y - out.y).toFixed(1)} l ${(2 * out.x).toFixed(1)} ${(2 * out.y + 7).toFixed(1)}`;
    });
    return `<circle cx="${side * 122}" cy="0" r="84"/><path d="${marks.join(' ')}" stroke-linecap="round"/>`;
  };
  return `<g transform="scale(${radius / 100})">
    <clipPath id="ball"><circle r="97"/></clipPath>
    <circle r="100" fill="#fffdf6"/>
    <circle r="97" fill="none" stroke="#d9cdb4" stroke-width="6"/>
    <g clip-path="url(#ball)" fill="none" stroke="${stitches}" stroke-width="6">${seam(1)}${seam(-1)}</g>
  </g>`;
}
