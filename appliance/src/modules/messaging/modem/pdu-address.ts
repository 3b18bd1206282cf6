import { gsmText } from '../gsm-alphabet.ts';
import { type OctetReader, PduError, packSemiOctets, semiOctets, unpackSeptets } from './pdu-octets.ts';

/** Addresses, 3GPP TS 23.040 section 9.1.2.5: a count of digits, a type, and the digits in semi-octets. */
const international = 0x91;
const unknownType = 0x81;
const longest = 20;
const kindOfNumber = { international: 1, alphanumeric: 5 };

/** @param number E.164, or the digits of a short code */
export function addressOctets(number: string): Uint8Array {
  const digits = /^\+?(?<digits>\d+)$/u.exec(number)?.groups?.['digits'];
  if (digits === undefined || digits.length > longest) throw new PduError('bad_number');
  const type = number.startsWith('+') ? international : unknownType;
  return Uint8Array.from([digits.length, type, ...packSemiOctets(digits)]);
}

/** E.164 where the address says that it is one; short codes and names as they are. */
export function readAddress(reader: OctetReader): string {
  const digits = reader.octet();
  const kind = (reader.octet() >> 4) & 0x07;
  const octets = reader.octets(Math.ceil(digits / 2));
  if (kind === kindOfNumber.alphanumeric) {
    const name = gsmText(unpackSeptets(octets, Math.floor((digits * 4) / 7)));
    // Who counts whole octets has room for an eighth septet behind seven, of zeros: an @.
    return (digits % 14 === 0 ? name.replace(/@$/u, '') : name).trim();
  }
  const number = semiOctets(octets).slice(0, digits).replace(/[a-f]/gu, otherDigit);
  return kind === kindOfNumber.international && /^\d+$/u.test(number) ? `+${number}` : number;
}

/** The semi-octets 10 to 15, section 9.1.2.3. */
const otherDigit = (digit: string): string => '*#abc'['abcde'.indexOf(digit)] ?? '';

/** Whether two spellings are one number: a network may leave out a country's or an area's digits. */
export function isSameNumber(one: string, other: string): boolean {
  if (one === other) return true;
  const [short = '', long = ''] = [one, other]
    .map((number) => number.replace(/^\+|^0+/u, ''))
    .sort((a, b) => a.length - b.length);
  return short.length >= fewestDigits && long.endsWith(short);
}
const fewestDigits = 7;
