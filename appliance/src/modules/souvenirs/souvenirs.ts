import type { SouvenirRow } from './souvenirs-tables.ts';

const dayMs = 24 * 3_600_000;

/** How long a guest may come back for it. */
export const shownForMs = 30 * dayMs;

/** Files that nothing points to are kept this long: a picture is on disk before the row that names it. */
export const orphansKeptMs = dayMs;

export type Availability = 'none' | 'waiting' | 'ready' | 'failed' | 'expired';

/** What a souvenir is to someone who asks for it at `now`. */
export function availabilityOf(souvenir: SouvenirRow | undefined, now: number): Availability {
  if (souvenir === undefined) return 'none';
  if (souvenir.expires_at <= now) return 'expired';
  // The clock had run ahead and was set right: it is made again.
  return souvenir.state === 'expired' ? 'waiting' : souvenir.state;
}

/** A code as somebody types it: capitals, and the letters that it never holds for the digits they look like. */
export const typedCode = (typed: string): string =>
  typed.toLowerCase().replaceAll('o', '0').replaceAll(/[il]/gu, '1');

const writtenOut = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** Day of play on a souvenir: `2026-06-14` → `14 June 2026`. */
export const printedDay = (day: string): string => writtenOut.format(Date.parse(day));
