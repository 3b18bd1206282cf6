import type { Box } from '../../platform/images/picture.ts';
import { ballparkSvg } from './souvenir-ballpark.ts';
import { emblemSvg } from './souvenir-emblems.ts';
import type { SouvenirLook } from './souvenir-look.ts';
import { round } from './souvenir-svg.ts';
import { boxOf, type Format } from './souvenir-template.ts';

/**
 * All that is the same on every souvenir of an attraction: the ballpark at dusk, the card's frame with a poster where
 * a photo may go, the plates under name and QR code, and the wordmark (an SVG document). SVG without text.
 */
export function sceneSvg(format: Format, look: SouvenirLook, wordmark: string): string {
  const { width, height } = format;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
${ballparkSvg(format, look)}
${colours(look)}
${logo(format, wordmark)}
${card(format, look)}
</svg>`;
}

const colours = ({ accent, shade }: SouvenirLook) => `<defs>
  <linearGradient id="plate" x1="0" y1="0" x2="1" y2="0">
    <stop offset="0" stop-color="#fffaf0"/><stop offset="1" stop-color="#f6ead3"/>
  </linearGradient>
  <radialGradient id="poster" cx="0.5" cy="0.46" r="0.75">
    <stop offset="0" stop-color="${accent}"/><stop offset="1" stop-color="${shade}"/>
  </radialGradient>
  <filter id="shadow" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="18"/></filter>
</defs>`;

function logo(format: Format, wordmark: string): string {
  const { left, top, width, height } = boxOf(format, format.slots.logo);
  const place = `x="${left}" y="${top}" width="${width}" height="${height}" preserveAspectRatio="xMinYMid"`;
  return wordmark.replace('<svg', `<svg ${place}`);
}

function card(format: Format, look: SouvenirLook): string {
  const { slots, width } = format;
  const frame = boxOf(format, slots.card);
  const plate = boxOf(format, slots.nameplate);
  const photo = boxOf(format, slots.photo);
  const radius = frame.width * 0.03;
  const rect = (box: Box, attributes: string) =>
    `<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" ${attributes}/>`;
  const shadow = { ...frame, top: frame.top + width / 110 };
  return `${rect(shadow, `rx="${round(radius)}" fill="#000000" fill-opacity="0.55" filter="url(#shadow)"`)}
    ${rect(frame, `rx="${round(radius)}" fill="#fffaf0"`)}
    ${poster(photo, look)}
    ${rect(plate, 'fill="url(#plate)"')}
    ${rect({ ...plate, height: Math.round(plate.height * 0.05) }, `fill="${look.accent}"`)}
    ${slots.qr === undefined ? '' : qrPlate(boxOf(format, slots.qr))}`;
}

function qrPlate(box: Box): string {
  const edge = Math.round(box.width * 0.03);
  return `<rect x="${box.left - edge}" y="${box.top - edge}" width="${box.width + 2 * edge}" height="${box.height + 2 * edge}" rx="${edge * 2}" fill="#ffffff"/>`;
}

/** What stands where a photo would: rays behind the attraction's emblem. */
function poster(box: Box, look: SouvenirLook): string {
  const centre = { x: box.left + box.width / 2, y: box.top + box.height * 0.48 };
  const reach = Math.hypot(box.width, box.height);
  const rays = Array.from({ length: 14 }, (_, index) => {
    const from = (index / 14) * 2 * Math.PI;
    const to = from + Math.PI / 14;
    const tip = (angle: number) =>
      `${round(centre.x + Math.cos(angle) * reach)} ${round(centre.y + Math.sin(angle) * reach)}`;
    return `<path d="M ${round(centre.x)} ${round(centre.y)} L ${tip(from)} L ${tip(to)} Z"/>`;
  });
  return `<svg x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" viewBox="${box.left} ${box.top} ${box.width} ${box.height}">
    <rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" fill="url(#poster)"/>
    <g fill="#ffffff" fill-opacity="0.1">${rays.join('')}</g>
    ${emblemSvg(look, centre, box.width * 0.36)}
  </svg>`;
}
