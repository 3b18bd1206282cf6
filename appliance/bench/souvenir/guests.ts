import type { SouvenirContent } from '../../src/modules/souvenirs/souvenir-wording.ts';
import { sharp } from '../../src/platform/images/libvips.ts';

const names = ['Ana', 'Zoë Łukasz', 'محمد', 'שלום', '山田太郎', '김하늘', 'नमस्ते', 'Ελένη', 'Юлия', 'Ana 🎉'];

/** Guests that differ in all a souvenir shows but the photo. */
export const guest = (index: number, photo: Buffer | null): SouvenirContent => ({
  attraction: 'derby',
  attractionName: 'Home Run Derby',
  name: `${names[index % names.length]} ${index}`,
  score: 100 + ((index * 7919) % 9000),
  distance: 90 + (index % 700) / 10,
  homeruns: index % 20,
  venue: 'Riverside Park',
  date: '14 June 2026',
  url: `https://play.example/s/${(index + 1_000_000).toString(36).toUpperCase()}`,
  photo,
});

/** What a phone leaves after intake: 2400 × 1800, with the detail of a picture. */
export function guestPhoto(): Promise<Buffer> {
  const shapes = Array.from({ length: 400 }, (_, index) => {
    const [x, y, radius] = [(index * 7919) % 2400, (index * 104_729) % 1800, 20 + ((index * 31) % 160)];
    return `<circle cx="${x}" cy="${y}" r="${radius}" fill="hsl(${(index * 47) % 360} 60% 55%)" fill-opacity="0.5"/>`;
  });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="2400" height="1800"><rect width="2400" height="1800" fill="#7a8fa8"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(drawing)).flatten().jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer();
}
