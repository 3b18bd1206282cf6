import { describe, expect, it } from 'vitest';
import { ageWords, formatsOf, timerText, waitWords } from './format.ts';

const wait = (low_seconds: number | null, high_seconds: number | null) =>
  waitWords({ low_seconds, high_seconds, basis: 'measured' });

describe('a wait in words', () => {
  it('is a range, rounded outwards', () => {
    expect(wait(610, 841)).toEqual({ id: 'wait.range', low: 10, high: 15 });
    expect(wait(30, 90)).toEqual({ id: 'wait.range', low: 0, high: 2 });
  });

  it('is one number where a range would say nothing', () => {
    expect(wait(240, 300)).toEqual({ id: 'wait.about', minutes: 5 });
    expect(wait(0, 1)).toEqual({ id: 'wait.about', minutes: 1 });
  });

  it('is told in hours where minutes would promise too much', () => {
    expect(wait(7_200, 10_800)).toEqual({ id: 'wait.range', low: 120, high: 180 });
    expect(wait(14_880, 30_900)).toEqual({ id: 'wait.hours', low: 4, high: 9 });
  });

  it('is none only when both ends are now', () => {
    expect(wait(0, 0)).toEqual({ id: 'wait.none' });
  });

  it('is unknown when nobody can say, never zero', () => {
    expect(wait(null, null)).toEqual({ id: 'wait.unknown' });
    expect(wait(60, null)).toEqual({ id: 'wait.unknown' });
  });
});

describe('a timer', () => {
  it.each([
    [0, '0:00'],
    [999, '0:00'],
    [7_000, '0:07'],
    [247_000, '4:07'],
    [3_599_999, '59:59'],
    [3_727_000, '1:02:07'],
    [-5_000, '0:00'],
  ])('shows %i ms as %s', (milliseconds, text) => expect(timerText(milliseconds)).toBe(text));
});

describe('formats', () => {
  it('write numbers as the language does', () => {
    expect(formatsOf('en').number(12480)).toBe('12,480');
    expect(formatsOf('de').number(12480)).toBe('12.480');
    expect(formatsOf('en').decimal(131.46)).toBe('131.5');
  });

  it('write the time of day as the language does', () => {
    const afternoon = new Date(2026, 5, 1, 14, 5, 9).getTime();
    expect(formatsOf('en').time(afternoon)).toMatch(/^2:05\sPM$/u);
    expect(formatsOf('en').exactTime(afternoon)).toMatch(/^2:05:09\sPM$/u);
    expect(formatsOf('de').time(afternoon)).toBe('14:05');
  });
});

describe('a rough length of time', () => {
  it('is told in the largest unit of which there are two', () => {
    const { roughTime } = formatsOf('en');
    expect([0, 1_900, 2_000, -90_000, 119_000].map(roughTime)).toEqual([
      '0 seconds',
      '2 seconds',
      '2 seconds',
      '90 seconds',
      '119 seconds',
    ]);
    expect([7_100_000, 7_200_000, 172_799_000, 217_430_913_000].map(roughTime)).toEqual([
      '118 minutes',
      '2 hours',
      '48 hours',
      '2,517 days',
    ]);
  });
});

describe('an age in words', () => {
  const s = 1_000;
  it.each([
    [-3 * s, { id: 'age.seconds', seconds: 0 }],
    [2.9 * s, { id: 'age.seconds', seconds: 2 }],
    [59 * s, { id: 'age.seconds', seconds: 59 }],
    [60 * s, { id: 'age.minutes', minutes: 1 }],
    [3_599 * s, { id: 'age.minutes', minutes: 59 }],
    [3_600 * s, { id: 'age.hours', hours: 1, minutes: 0 }],
    [26 * 3_600 * s, { id: 'age.hours', hours: 26, minutes: 0 }],
    [(3 * 24 + 5) * 3_600 * s, { id: 'age.days', days: 3, hours: 5 }],
  ])('of %d ms', (milliseconds, words) => expect(ageWords(milliseconds)).toEqual(words));
});

describe('a moment since which something is so', () => {
  it('says the day when it is not today', () => {
    const { timeSince } = formatsOf('en-US');
    const now = new Date(2026, 5, 2, 14, 30).getTime();
    expect(timeSince(new Date(2026, 5, 2, 9, 5).getTime(), now)).toMatch(/^9:05\sAM$/u);
    expect(timeSince(new Date(2026, 5, 1, 23, 59).getTime(), now)).toMatch(/^Jun 1, 11:59\sPM$/u);
  });
});
