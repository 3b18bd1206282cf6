/**
 * A moment as the clock on the wall of `timezone` shows it, as epoch milliseconds of the same figures in UTC. It
 * leaps forward an hour in spring and comes again in autumn; that is what schedules have to live with.
 */
export function localTimeIn(timezone: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (epochMs) => {
    const figures: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(epochMs)) figures[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = figures;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
}
