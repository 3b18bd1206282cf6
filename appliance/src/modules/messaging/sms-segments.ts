/**
 * How a text is cut into segments, as carriers bill it (3GPP TS 23.038 and 23.040): 160 characters of the GSM 7-bit
 * alphabet, or 70 UTF-16 units otherwise; in a longer text a header takes 7 characters or 3 units of each segment.
 */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** These take two characters: an escape and themselves. */
const extended = new Set('^{}\\[~]|€\f');

export interface SmsSegments {
  encoding: 'GSM-7' | 'UCS-2';
  segments: number;
}

export function smsSegments(text: string): SmsSegments {
  let septets = 0;
  for (const character of text) {
    if (basic.has(character)) septets += 1;
    else if (extended.has(character)) septets += 2;
    else return { encoding: 'UCS-2', segments: unicodeSegments(text) };
  }
  return { encoding: 'GSM-7', segments: septets <= 160 ? 1 : gsmSegments(text) };
}

/** An escaped character is never torn across two segments. */
function gsmSegments(text: string): number {
  let segments = 1;
  let used = 0;
  for (const character of text) {
    const width = extended.has(character) ? 2 : 1;
    if (used + width > 153) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return segments;
}

/** Nor is a surrogate pair. */
function unicodeSegments(text: string): number {
  if (text.length <= 70) return 1;
  let segments = 1;
  let used = 0;
  for (const character of text) {
    if (used + character.length > 67) {
      segments += 1;
      used = 0;
    }
    used += character.length;
  }
  return segments;
}
