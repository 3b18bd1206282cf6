import sharp from 'sharp';
import type { Randomness } from './randomness.ts';

const size = 640;

/** A drawn guest under a cap, as a tablet's camera would send a photo. */
export function portrait(random: Randomness): Promise<Buffer> {
  const [wall, cap, shirt] = [random.whole(0, 359), random.whole(0, 359), random.whole(0, 359)];
  const skin = random.pick(['#f6d7bd', '#e0b08c', '#c68b61', '#9a6440', '#6d4429']);
  const smile = random.whole(10, 46);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" width="${size}" height="${size}">
    <rect width="320" height="320" fill="hsl(${wall} 45% 72%)"/>
    <circle cx="${random.whole(30, 290)}" cy="${random.whole(20, 120)}" r="70" fill="hsl(${wall} 55% 80%)"/>
    <path d="M50 320q10-90 110-90t110 90z" fill="hsl(${shirt} 55% 45%)"/>
    <rect x="136" y="205" width="48" height="46" rx="20" fill="${skin}"/>
    <ellipse cx="160" cy="155" rx="66" ry="78" fill="${skin}"/>
    <path d="M90 132q4-78 70-78t70 78z" fill="hsl(${cap} 60% 38%)"/>
    <path d="M86 130h150q44 2 40 16H92z" fill="hsl(${cap} 60% 30%)"/>
    <circle cx="136" cy="166" r="7" fill="#222"/><circle cx="184" cy="166" r="7" fill="#222"/>
    <path d="M130 196q30 ${smile} 60 0" fill="none" stroke="#7a2f2f" stroke-width="6" stroke-linecap="round"/>
  </svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 80 }).toBuffer();
}
