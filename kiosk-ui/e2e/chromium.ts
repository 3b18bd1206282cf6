import { hash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';
import { installFonts } from '../../appliance/src/platform/images/fonts.ts';

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const packed = join(modules, '@sparticuz', 'chromium');
const cache = join(modules, '.cache', 'dugout');
/** The browser, and the libraries it wants of a machine. */
const archives = ['chromium.br', 'al2023.tar.br'];

/** Starts the real Chromium that came with `npm ci`: it needs no package, no font and no download of the machine. */
export async function launchChromium(): Promise<Browser> {
  const home = await unpacked();
  const fonts = await everyWeight();
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    // Boards and tablets chime untouched, as a venue's kiosks are told to let them.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--force-color-profile=srgb',
      '--autoplay-policy=no-user-gesture-required',
    ],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
      FONTCONFIG_FILE: fonts,
    },
  });
}

/**
 * The program's own fonts, with the weights that drawing souvenirs does without. Resolves with the path of a
 * fonts.conf.
 */
async function everyWeight(): Promise<string> {
  await installFonts(cache);
  const drawing = await readFile(process.env['FONTCONFIG_FILE'] ?? '', 'utf8');
  const browsing = drawing.replace(/<selectfont>.*<\/selectfont>/su, '');
  const path = join(cache, `fonts-${hash('sha256', browsing).slice(0, 12)}.conf`);
  const part = `${path}.${randomUUID()}.part`;
  await writeFile(part, browsing);
  await rename(part, path);
  return path;
}

/** Unpacked once per release, 200 MB; whole under its name or not there, however many tests begin at once. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packed, 'package.json'), 'utf8'));
  const home = join(cache, `chromium-${version}`);
  if (existsSync(home)) return home;

  const part = `${home}.${randomUUID()}.part`;
  await mkdir(part, { recursive: true });
  await unpackInto(part);
  try {
    await rename(part, home);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

/** The package unpacks to wherever temporary files go. */
async function unpackInto(folder: string): Promise<void> {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    await Promise.all(archives.map((archive) => inflate(join(packed, 'bin', archive))));
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
