/** The GSM 7-bit default alphabet, 3GPP TS 23.038 section 6.2.1: the place of a character is its code. */
const basicAlphabet: readonly string[] = [
  ...'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
];

/** Says that the next code is one of the extension table; no character itself. */
const escapeCode = 0x1b;

/** The extension table, section 6.2.1.1: these take two characters, an escape and themselves. */
const extensionCodes: ReadonlyMap<string, number> = new Map([
  ['\f', 0x0a],
  ['^', 0x14],
  ['{', 0x28],
  ['}', 0x29],
  ['\\', 0x2f],
  ['[', 0x3c],
  ['~', 0x3d],
  [']', 0x3e],
  ['|', 0x40],
  ['€', 0x65],
]);

const basicCodes: ReadonlyMap<string, number> = new Map(
  basicAlphabet
    .map((character, code) => [character, code] as const)
    .filter(([, code]) => code !== escapeCode),
);
const basicByCode = new Map([...basicCodes].map(([character, code]) => [code, character]));
const extensionByCode = new Map([...extensionCodes].map(([character, code]) => [code, character]));

/** The one or two codes of a character; null when the alphabet does not have it. */
export function gsmCodes(character: string): readonly number[] | null {
  const basic = basicCodes.get(character);
  if (basic !== undefined) return [basic];
  const extension = extensionCodes.get(character);
  return extension === undefined ? null : [escapeCode, extension];
}

/** An escape before a code that the extension table does not have shows the character of the basic alphabet. */
export function gsmText(codes: Iterable<number>): string {
  let text = '';
  let escaped = false;
  for (const code of codes) {
    if (code === escapeCode && !escaped) {
      escaped = true;
      continue;
    }
    const basic = basicByCode.get(code) ?? ' ';
    text += escaped ? (extensionByCode.get(code) ?? basic) : basic;
    escaped = false;
  }
  return text;
}
