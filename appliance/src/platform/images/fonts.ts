import { hash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { emojiFont, type FontFamily, fontFamilies } from './font-families.ts';
import { sharp } from './libvips.ts';

let installed: Promise<void> | undefined;

/**
 * Unpacks the program's fonts under `directory` (once per release, half a second) and points fontconfig at them and
 * at nothing else: pictures look the same on every machine, with or without fonts of its own.
 *
 * fontconfig reads its setting once per process, when the first text is drawn. So this runs before that, in the main
 * thread, where writing `process.env` reaches the C library; once it has succeeded, later calls
 * do nothing, and `directory` must outlive the process. Rejects when the fonts are there and still do not draw.
 */
export function installFonts(directory: string): Promise<void> {
  installed ??= unpackAndCheck(directory).catch((error: unknown) => {
    installed = undefined;
    throw error;
  });
  return installed;
}

async function unpackAndCheck(directory: string): Promise<void> {
  if (!isMainThread) throw new Error('fonts can be installed in the main thread alone');
  process.env['FONTCONFIG_FILE'] = await unpackFonts(directory);
  for (const sample of ['ش', '語', '한', '🎉']) {
    if (await isDrawnAsBox(sample))
      throw new Error(`no font draws U+${codePointOf(sample)}: see ${directory}`);
  }
}

const require = createRequire(import.meta.url);
const packageFolder = (name: string) => dirname(require.resolve(`${name}/package.json`));

/** Returns the path of the fonts.conf. The folder appears under its name when it is whole, never before. */
async function unpackFonts(directory: string): Promise<string> {
  const home = join(directory, `fonts-${await releaseOfFonts()}`);
  const config = join(home, 'fonts.conf');
  if (await exists(config)) return config;

  const { default: decompress } = await import('woff2-encoder/decompress');
  const part = `${home}.${randomUUID()}.part`;
  for (const family of fontFamilies) await unpackFamily(family, join(part, family.family), decompress);
  await writeSynced(join(part, 'fonts.conf'), fontsConf(home));
  try {
    await rename(part, home);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (!(await exists(config))) throw error;
  }
  return config;
}

type Decompress = (woff2: Uint8Array) => Promise<Uint8Array>;

async function unpackFamily(
  { package: name, slices }: FontFamily,
  folder: string,
  decompress: Decompress,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const source = join(packageFolder(name), 'files');
  const files = (await readdir(source)).filter((file) => slices.test(file));
  if (files.length === 0) throw new Error(`${name} has none of the font files that are expected of it`);
  await Promise.all(
    files.map(async (file) => {
      const sfnt = await decompress(await readFile(join(source, file)));
      await writeSynced(join(folder, file.replace('.woff2', '.ttf')), sfnt);
    }),
  );
}

/** Changes when a font package or this folder's layout does. */
async function releaseOfFonts(): Promise<string> {
  const names = [...fontFamilies.map((family) => family.package), emojiFont.package];
  const versions = names.map((name): unknown => require(`${name}/package.json`));
  const slices = fontFamilies.map(({ family, slices: { source } }) => [family, source]);
  return hash(
    'sha256',
    JSON.stringify([versions, slices, packageFolder(emojiFont.package), fontsConf('')]),
  ).slice(0, 12);
}

/**
 * A font's family is the name of its folder: the files' own names are those of their thinnest instance. The default
 * family stands behind every text, and `emoji` is what Pango asks for by that name. A variable font announces nine
 * named weights beside itself, which would make every search ten times as long: they are not looked at.
 */
function fontsConf(home: string): string {
  const folders = fontFamilies.map(
    ({ family }) => `
  <dir>${home}/${family}</dir>
  <match target="scan">
    <test name="file" compare="contains"><string>/${family}/</string></test>
    <edit name="family" mode="assign" binding="strong"><string>${family}</string></edit>
  </match>`,
  );
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>${folders.join('')}
  <dir>${join(packageFolder(emojiFont.package), emojiFont.folder)}</dir>
  <match target="pattern">
    <edit name="family" mode="append_last"><string>Noto Sans</string></edit>
  </match>
  <alias binding="same"><family>emoji</family><prefer><family>${emojiFont.family}</family></prefer></alias>
  <selectfont><rejectfont>
    <pattern><patelt name="namedinstance"><bool>true</bool></patelt></pattern>
  </rejectfont></selectfont>
  <cachedir>${home}/cache</cachedir>
</fontconfig>
`;
}

/**
 * Whether Pango draws a character as a box of hexadecimal digits, as it does when no font has it. A box is solid along
 * its top and its bottom; of the characters asked for here no glyph is.
 */
export async function isDrawnAsBox(character: string): Promise<boolean> {
  const { data, info } = await sharp({ text: { text: character, font: 'Noto Sans 64', dpi: 72, rgba: true } })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const isSolid = (row: number) => {
    const pixels = Array.from(
      { length: info.width },
      (_, column) => (row * info.width + column) * info.channels,
    );
    const opaque = pixels.filter((at) => data[at + info.channels - 1] === 255);
    return opaque.length > 0.8 * info.width;
  };
  return isSolid(0) && isSolid(info.height - 1);
}

const codePointOf = (character: string) => character.codePointAt(0)?.toString(16).toUpperCase();

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
