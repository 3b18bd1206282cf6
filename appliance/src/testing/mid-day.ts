const timezone = 'America/Chicago';
const localHour = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hour: 'numeric', hourCycle: 'h23' });

/**
 * Settings under which the event day is half over now: a test on the machine's own clock whose event day ended while
 * it ran would rightly find its guests in yesterday. (On a fake clock the appliance's own start of day is used.)
 */
export function midDay(): Record<string, string> {
  const hour = Number(localHour.format(Date.now()));
  return { DUGOUT_TIMEZONE: timezone, DUGOUT_DAY_STARTS_AT: String((hour + 12) % 24) };
}
