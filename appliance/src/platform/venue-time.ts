/** The venue's own days: an evening that runs past midnight is one event day. */
export interface VenueTime {
  /** Event day of a moment, `YYYY-MM-DD`. */
  dayOf(epochMs: number): string;
  /** First moment of the event day that holds `epochMs`. */
  dayStart(epochMs: number): number;
}

const hourMs = 3_600_000;

/** By the calendar, not by hours: a day on which the clocks change has 23 or 25. */
const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - 24 * hourMs).toISOString().slice(0, 10);

/** @param dayStartsHour local hour at which an event day begins, 0 to 23 */
export function createVenueTime(timezone: string, dayStartsHour: number): VenueTime {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const local = (epochMs: number): { date: string; hour: number } => {
    const byType = new Map(parts.formatToParts(epochMs).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => byType.get(type) ?? '';
    return { date: `${part('year')}-${part('month')}-${part('day')}`, hour: Number(part('hour')) };
  };
  const dayOf = (epochMs: number): string => {
    const { date, hour } = local(epochMs);
    return hour >= dayStartsHour ? date : dayBefore(date);
  };
  /** Remembered for the hour: a request asks for it each time, and it changes once a day. */
  let remembered: { hour: number; day: string; start: number } | undefined;
  const dayWithStart = (epochMs: number) => {
    const hour = Math.floor(epochMs / (hourMs / 4));
    if (remembered?.hour !== hour) {
      const day = dayOf(epochMs);
      let start = Math.floor(epochMs / (hourMs / 4)) * (hourMs / 4);
      while (dayOf(start - hourMs / 4) === day) start -= hourMs / 4;
      remembered = { hour, day, start };
    }
    return remembered;
  };
  return {
    dayOf: (epochMs) => dayWithStart(epochMs).day,
    dayStart: (epochMs) => dayWithStart(epochMs).start,
  };
}
