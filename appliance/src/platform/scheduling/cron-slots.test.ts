import { getTasks } from 'node-cron';
import { expect, test } from 'vitest';
import { cronSlots } from './cron-slots.ts';

const at = (iso: string): number => Date.parse(`${iso}Z`);
const latest = (cron: string, iso: string): string | undefined => {
  const slot = cronSlots(cron).latest(at(iso));
  return slot === undefined ? undefined : new Date(slot).toISOString().slice(0, 19);
};

test.each([
  ['a slot of this minute', '* * * * *', '2026-06-01T12:34:56', '2026-06-01T12:34:00'],
  ['a slot that is now', '30 12 * * *', '2026-06-01T12:30:00', '2026-06-01T12:30:00'],
  ['not a slot that is to come', '30 12 * * *', '2026-06-01T12:29:59', '2026-05-31T12:30:00'],
  ['seconds', '*/20 * * * * *', '2026-06-01T12:00:59', '2026-06-01T12:00:40'],
  ['weekdays', '0 9 * * 1-5', '2026-06-07T20:00:00', '2026-06-05T09:00:00'],
  ['several hours', '0 9,17 * * *', '2026-06-01T12:00:00', '2026-06-01T09:00:00'],
  ['the last of a month', '0 0 L * *', '2026-03-15T00:00:00', '2026-02-28T00:00:00'],
  ['a month that was last year', '0 0 24 12 *', '2026-06-01T00:00:00', '2025-12-24T00:00:00'],
  ['a leap day', '0 0 29 2 *', '2027-06-01T00:00:00', '2024-02-29T00:00:00'],
  ['a nickname', '@daily', '2026-06-01T12:00:00', '2026-06-01T00:00:00'],
])('finds %s', (_case, cron, now, slot) => expect(latest(cron, now)).toBe(slot));

test('refuses what is not a cron expression', () => {
  for (const wrong of ['', 'every day', '61 * * * *', '0 0 30 2 *', '* * * *']) {
    expect(() => cronSlots(wrong)).toThrow();
  }
});

test('leaves nothing behind in node-cron', () => {
  cronSlots('* * * * *');
  expect(getTasks().size).toBe(0);
});
