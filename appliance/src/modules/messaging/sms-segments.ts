import { gsmCodes } from './gsm-alphabet.ts';

/**
 * How a text is cut into segments, as carriers bill it and as modems send it (3GPP TS 23.038 and 23.040): 160
 * characters of the GSM 7-bit alphabet, or 70 UTF-16 units otherwise; in a longer text a header takes 7 characters or
 * 3 units of each segment.
 */
export interface SmsSegments {
  encoding: 'GSM-7' | 'UCS-2';
  segments: number;
}

export interface CutText {
  readonly encoding: SmsSegments['encoding'];
  /** In order; one at least. */
  readonly parts: readonly string[];
}

type Width = (character: string) => number;
const septets: Width = (character) => gsmCodes(character)?.length ?? Number.POSITIVE_INFINITY;
const units: Width = (character) => character.length;

export function smsSegments(text: string): SmsSegments {
  const { encoding, parts } = cutIntoSegments(text);
  return { encoding, segments: parts.length };
}

export function cutIntoSegments(text: string): CutText {
  return isGsmText(text)
    ? { encoding: 'GSM-7', parts: cut(text, septets, 160, 153) }
    : { encoding: 'UCS-2', parts: cut(text, units, 70, 67) };
}

function isGsmText(text: string): boolean {
  for (const character of text) if (gsmCodes(character) === null) return false;
  return true;
}

/** Neither an escaped character nor a surrogate pair is torn across two segments. */
function cut(text: string, width: Width, alone: number, each: number): string[] {
  const characters = [...text];
  if (characters.reduce((sum, character) => sum + width(character), 0) <= alone) return [text];
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const character of characters) {
    if (used + width(character) > each) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += character;
    used += width(character);
  }
  return [...parts, part];
}
