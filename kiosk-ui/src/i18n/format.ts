import type { WaitEstimate } from '@dugout/appliance/contract/attractions.ts';

/** Which message tells a wait, and the minutes or hours to put into it. */
export type WaitWords =
  | { id: 'wait.unknown' | 'wait.none' }
  | { id: 'wait.about'; minutes: number }
  | { id: 'wait.range' | 'wait.hours'; low: number; high: number };

/** From here on minutes would promise more precision than anybody has. */
const inHoursFromMinutes = 180;

/** A wait in words. Rounded outwards to whole minutes, so that rounding never promises too much. */
export function waitWords({ low_seconds, high_seconds }: WaitEstimate): WaitWords {
  if (low_seconds === null || high_seconds === null) return { id: 'wait.unknown' };
  const low = Math.floor(low_seconds / 60);
  const high = Math.ceil(high_seconds / 60);
  if (high === 0) return { id: 'wait.none' };
  if (high > inHoursFromMinutes)
    return { id: 'wait.hours', low: Math.floor(low / 60), high: Math.ceil(high / 60) };
  if (high - low <= 1) return { id: 'wait.about', minutes: high };
  return { id: 'wait.range', low, high };
}

/** Which message tells an age, and the numbers to put into it. */
export type AgeWords =
  | { id: 'age.seconds'; seconds: number }
  | { id: 'age.minutes'; minutes: number }
  | { id: 'age.hours'; hours: number; minutes: number }
  | { id: 'age.days'; days: number; hours: number };

/** How long ago something was, rounded down. Negative time is zero: no clock is so exact that it would mean anything. */
export function ageWords(milliseconds: number): AgeWords {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return { id: 'age.seconds', seconds };
  if (hours === 0) return { id: 'age.minutes', minutes };
  if (hours < 48) return { id: 'age.hours', hours, minutes: minutes % 60 };
  return { id: 'age.days', days: Math.floor(hours / 24), hours: hours % 24 };
}

/** 4:07, or 1:02:07 from an hour on. Negative time is zero. */
export function timerText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

const units = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
] as const;

/** The largest unit of which there are at least two: nobody counts the seconds of a month. */
export function roughly(milliseconds: number): { unit: (typeof units)[number]['unit']; count: number } {
  const seconds = Math.abs(milliseconds) / 1000;
  const { unit, seconds: length } = units.find((one) => seconds >= 2 * one.seconds) ?? units[3];
  return { unit, count: Math.round(seconds / length) };
}

export type Formats = {
  /** 12,480 */
  number: (value: number) => string;
  /** 131.5, one decimal */
  decimal: (value: number) => string;
  /** −0.42, two decimals */
  signal: (value: number) => string;
  /** 0.4%, from 0.004 */
  share: (value: number) => string;
  /** 2:05 PM */
  time: (moment: number | string) => string;
  /** 2:05:09 PM */
  exactTime: (moment: number | string) => string;
  /** 2:05 PM, or Jun 1, 2:05 PM when that is another day than `now` */
  timeSince: (moment: number | string, now: number) => string;
  /** Jun 1, 2:05 PM */
  date: (moment: number | string) => string;
  /** 3 hours */
  roughTime: (milliseconds: number) => string;
};

const known = new Map<string, Formats>();

/** Numbers and times as the language writes them. Formatters are dear to make and kept. */
export function formatsOf(locale: string): Formats {
  const kept = known.get(locale);
  if (kept) return kept;
  const number = new Intl.NumberFormat(locale);
  const decimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const signal = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const exactTime = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const dayTime = new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  });
  const formats: Formats = {
    number: (value) => number.format(value),
    decimal: (value) => decimal.format(value),
    signal: (value) => signal.format(value).replace('-', '−'),
    share: (value) => share.format(value),
    time: (moment) => time.format(new Date(moment)),
    exactTime: (moment) => exactTime.format(new Date(moment)),
    timeSince(moment, now) {
      const at = new Date(moment);
      const today = at.toDateString() === new Date(now).toDateString();
      return (today ? time : dayTime).format(at);
    },
    date: (moment) => dayTime.format(new Date(moment)),
    roughTime(milliseconds) {
      const { unit, count } = roughly(milliseconds);
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
    },
  };
  known.set(locale, formats);
  return formats;
}
