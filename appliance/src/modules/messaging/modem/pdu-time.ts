import { semiOctets } from './pdu-octets.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/**
 * A relative validity period, 3GPP TS 23.040 section 9.2.3.12.1: the longest that does not outlast `validForMs`, but
 * never less than five minutes, the shortest there is.
 */
export function validityOctet(validForMs: number): number {
  const whole = (unit: number) => Math.floor(validForMs / unit);
  if (validForMs < 12.5 * hourMs) return Math.min(Math.max(whole(5 * minuteMs) - 1, 0), 143);
  if (validForMs < 2 * dayMs)
    return Math.min(143 + Math.floor((validForMs - 12 * hourMs) / (30 * minuteMs)), 167);
  if (validForMs < 5 * weekMs) return Math.min(166 + whole(dayMs), 196);
  return Math.min(192 + whole(weekMs), 255);
}

/** How long a validity octet says, in milliseconds. */
export function validityMs(octet: number): number {
  if (octet <= 143) return (octet + 1) * 5 * minuteMs;
  if (octet <= 167) return 12 * hourMs + (octet - 143) * 30 * minuteMs;
  if (octet <= 196) return (octet - 166) * dayMs;
  return (octet - 192) * weekMs;
}

/**
 * A service centre's time stamp, section 9.2.3.11: seven octets of local time and a zone in quarters of an hour.
 * Answers epoch milliseconds; null where it is no time, which some networks send.
 */
export function readTimeStamp(octets: Uint8Array): number | null {
  const digits = semiOctets(octets);
  const zone = octets[6] ?? 0;
  const quarters = (zone & 0x07) * 10 + (zone >> 4);
  const [year, month, day, hour, minute, second] = (digits.slice(0, 12).match(/../gu) ?? []).map(Number);
  if (year === undefined || month === undefined || month < 1 || month > 12 || zone >> 4 > 9) return null;
  const century = year >= 70 ? 1900 : 2000;
  const local = Date.UTC(century + year, month - 1, day, hour, minute, second);
  const ahead = (zone & 0x08) === 0 ? quarters : -quarters;
  return Number.isNaN(local) ? null : local - ahead * 15 * minuteMs;
}
