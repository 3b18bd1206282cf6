/** Local hours, 0 to 23: from the first until the second. The second may be of the next day. */
export interface QuietSpan {
  readonly from: number;
  readonly until: number;
}

export interface QuietHours {
  /** When the quiet hours end in which `epochMs` lies; null when it lies in none. */
  endOf(epochMs: number): number | null;
}

/** Clocks are changed by a whole number of these, everywhere. */
const quarterMs = 15 * 60_000;

/**
 * The hours in which guests are not texted unasked, by the venue's own clock.
 * @param span null for none
 */
export function createQuietHours(timezone: string, span: QuietSpan | null): QuietHours {
  if (span === null || span.from === span.until) return { endOf: () => null };
  const { from, until } = span;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hour: 'numeric', hourCycle: 'h23' });
  const isQuiet = (epochMs: number): boolean => {
    const hour = Number(format.format(epochMs));
    return from < until ? hour >= from && hour < until : hour >= from || hour < until;
  };
  /** Asked for by each text that waits, and the same for all of them. */
  let known: { readonly quarter: number; readonly end: number | null } | undefined;
  return {
    endOf(epochMs) {
      const quarter = Math.floor(epochMs / quarterMs);
      if (known?.quarter !== quarter) {
        let end = quarter;
        while (isQuiet(end * quarterMs)) end += 1;
        known = { quarter, end: end === quarter ? null : end * quarterMs };
      }
      return known.end;
    },
  };
}
