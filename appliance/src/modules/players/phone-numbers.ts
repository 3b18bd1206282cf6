import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/**
 * Any usual notation → E.164, or null when it cannot be a number that takes texts from here. Numbers without a
 * country code belong to `country`; `00` is read as `+` everywhere. Premium and shared-cost numbers are refused: a text to them costs the venue.
 */
export function toE164(input: string, country: string): string | null {
  const written = input.normalize('NFKC').replace(/^\s*00\s*(?=[1-9])/u, '+');
  const number = parsePhoneNumberFromString(written, {
    defaultCountry: country as CountryCode,
    extract: false,
  });
  if (number === undefined || !number.isValid() || number.ext !== undefined) return null;
  const type = number.getType();
  return type === 'PREMIUM_RATE' || type === 'SHARED_COST' ? null : number.number;
}

/** `+14155550123` → `••••0123`: enough for staff to tell two guests apart. */
export const maskedPhone = (phone: string): string => `••••${phone.slice(-4)}`;
