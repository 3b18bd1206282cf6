export interface FontFamily {
  readonly family: string;
  /** npm package it comes in. */
  readonly package: string;
  /** Which of the package's WOFF2 files, and no more: a web font comes cut into slices and repeats Latin in each. */
  readonly slices: RegExp;
}

const variableNoto = (script: string, slices: RegExp): FontFamily => ({
  family: `Noto Sans ${script}`.trim(),
  package: `@fontsource-variable/noto-sans${script === '' ? '' : `-${script.toLowerCase()}`}`,
  slices,
});

const scripts = [
  'Arabic',
  'Hebrew',
  'Thai',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Armenian',
  'Georgian',
  'Ethiopic',
  'Khmer',
  'Lao',
  'Myanmar',
];

/** Every font that travels with the program. Noto Sans itself holds Latin, Cyrillic, Greek and Devanagari. */
export const fontFamilies: readonly FontFamily[] = [
  {
    family: 'Barlow Condensed',
    package: '@fontsource/barlow-condensed',
    slices: /-(?:latin|latin-ext|vietnamese)-(?:600-normal|800-normal|800-italic)\.woff2$/,
  },
  variableNoto('', /-wght-normal\.woff2$/),
  ...scripts.map((script) =>
    variableNoto(script, new RegExp(`-${script.toLowerCase()}-wght-normal\\.woff2$`)),
  ),
  ...['JP', 'KR', 'SC'].map((script) => variableNoto(script, /-\d+-wght-normal\.woff2$/)),
];

/** Ships TrueType as it is: nothing to unpack. */
export const emojiFont = {
  family: 'Noto Color Emoji',
  package: '@expo-google-fonts/noto-color-emoji',
  folder: '400Regular',
} as const;

export type Typeface = 'display' | 'plain';

/**
 * The families to try for a text, best first. Chinese, Japanese and Korean share code points but not their shapes:
 * kana tell Japanese, Hangul tells Korean, and bare Han is taken for Chinese. Other scripts are found by coverage.
 */
export function familiesFor(text: string, typeface: Typeface): string {
  const latin = typeface === 'display' ? ['Barlow Condensed', 'Noto Sans'] : ['Noto Sans'];
  return [...latin, ...hanFamilies(text)].join(', ');
}

function hanFamilies(text: string): string[] {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return ['Noto Sans JP', 'Noto Sans SC'];
  if (/\p{Script=Hangul}/u.test(text)) return ['Noto Sans KR', 'Noto Sans SC'];
  return ['Noto Sans SC', 'Noto Sans JP'];
}
