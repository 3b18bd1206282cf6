import { describe, expect, test } from 'vitest';
import { cronSlots } from './cron-slots.ts';
import { localTimeIn } from './local-time.ts';
import { createCourse } from './schedule-course.ts';

const minute = 60_000;
const hour = 60 * minute;
const berlin = localTimeIn('Europe/Berlin');
const utc = localTimeIn('UTC');

/** Looks every second, as the appliance does, and tells when a slot was found: real minutes since the start. */
function follow(cron: string, startsAt: string, options: { zone?: typeof utc; lastRun?: string } = {}) {
  const { zone = utc, lastRun } = options;
  let real = 0;
  let wall = Date.parse(startsAt);
  let lookedAt = Number.NEGATIVE_INFINITY;
  let ranAt = Number.NEGATIVE_INFINITY;
  const course = createCourse(
    cronSlots(cron),
    zone(wall),
    lastRun === undefined ? undefined : zone(Date.parse(lastRun)),
  );
  const found: string[] = [];
  const look = () => {
    const finding = course.look({
      local: zone(wall),
      sinceLookMs: wall - lookedAt,
      sinceRunMs: real - ranAt,
    });
    lookedAt = wall;
    if (finding === undefined) return;
    ranAt = real;
    found.push(`${finding} ${new Date(wall).toISOString().slice(0, 16)}`);
  };
  look();
  return {
    found,
    pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        real += 1_000;
        wall += 1_000;
        look();
      }
    },
    /** The process is stopped, or blocked, for so long. */
    sleep(ms: number) {
      real += ms;
      wall += ms;
      look();
    },
    step(ms: number) {
      wall += ms;
      look();
    },
  };
}

test('finds each slot once, when it comes', () => {
  const course = follow('*/20 * * * *', '2026-06-01T12:00:30Z');
  course.pass(hour);
  expect(course.found).toEqual(['due 2026-06-01T12:20', 'due 2026-06-01T12:40', 'due 2026-06-01T13:00']);
});

describe('while the appliance was off', () => {
  test('a schedule that never ran has missed nothing', () => {
    expect(follow('0 4 * * *', '2026-06-01T12:00:00Z').found).toEqual([]);
  });
  test('any number of slots is missed once', () => {
    const course = follow('0 * * * *', '2026-06-21T12:30:00Z', { lastRun: '2026-06-01T04:00:00Z' });
    course.pass(minute);
    expect(course.found).toEqual(['missed 2026-06-21T12:30']);
  });
  test('a slot of the last minute is not late', () => {
    const course = follow('0 4 * * *', '2026-06-02T04:00:20Z', { lastRun: '2026-06-01T04:00:00Z' });
    expect(course.found).toEqual(['due 2026-06-02T04:00']);
  });
  test('nothing is missed after a short restart', () => {
    expect(follow('0 4 * * *', '2026-06-01T12:00:00Z', { lastRun: '2026-06-01T04:00:00Z' }).found).toEqual(
      [],
    );
  });
  test('a clock set back meanwhile does not silence a schedule', () => {
    const course = follow('* * * * *', '2026-06-01T09:00:30Z', { lastRun: '2026-06-01T12:00:00Z' });
    course.pass(2 * minute);
    expect(course.found).toEqual(['due 2026-06-01T09:01', 'due 2026-06-01T09:02']);
  });
});

describe('when the clock is stepped', () => {
  test('three hours back, a run every minute goes on', () => {
    const course = follow('* * * * *', '2026-06-01T12:00:30Z');
    course.pass(minute);
    course.step(-3 * hour);
    course.pass(3 * minute);
    expect(course.found).toEqual([
      'due 2026-06-01T12:01',
      'due 2026-06-01T09:02',
      'due 2026-06-01T09:03',
      'due 2026-06-01T09:04',
    ]);
  });
  test('three hours back, a daily run is not done twice', () => {
    const course = follow('0 10 * * *', '2026-06-01T09:59:00Z');
    course.pass(5 * minute);
    course.step(-3 * hour);
    course.pass(27 * hour);
    expect(course.found).toEqual(['due 2026-06-01T10:00', 'due 2026-06-02T10:00']);
  });
  test('a few seconds back, nothing is done twice', () => {
    for (const cron of ['0 10 * * *', '0 * * * *', '* * * * *']) {
      const course = follow(cron, '2026-06-01T09:59:50Z');
      course.pass(12_000);
      course.step(-5_000);
      course.pass(10_000);
      expect(course.found).toEqual(['due 2026-06-01T10:00']);
    }
  });
  test('three hours forward, what was leapt over is missed once, and then it goes on', () => {
    const course = follow('0 * * * *', '2026-06-01T12:10:00Z');
    course.step(3 * hour);
    course.pass(hour);
    expect(course.found).toEqual(['missed 2026-06-01T15:10', 'due 2026-06-01T16:00']);
  });
  test('from 1970 to today, at once, without a look at every minute between', () => {
    const course = follow('* * * * *', '1970-01-01T00:01:10Z');
    course.step(Date.parse('2026-06-01T12:00:00Z') - Date.parse('1970-01-01T00:01:10Z'));
    expect(course.found).toEqual(['due 2026-06-01T12:00']);
  });
  test('ten years ahead and back again, a daily run stays daily', () => {
    const course = follow('0 4 * * *', '2026-06-01T03:00:00Z');
    course.pass(2 * hour);
    course.step(3_653 * 24 * hour);
    course.pass(hour);
    course.step(-3_653 * 24 * hour);
    course.pass(23 * hour);
    expect(course.found).toEqual(['due 2026-06-01T04:00', 'missed 2036-06-01T05:00', 'due 2026-06-02T04:00']);
  });
});

test('a process that was held up for long has missed its slot', () => {
  const course = follow('0 * * * *', '2026-06-01T12:59:00Z');
  course.sleep(10 * minute);
  expect(course.found).toEqual(['missed 2026-06-01T13:09']);
});

describe('summer time', () => {
  test('begins: a daily run in the hour that does not exist is run', () => {
    const course = follow('30 2 * * *', '2026-03-29T00:50:00Z', { zone: berlin });
    course.pass(25 * hour);
    expect(course.found).toEqual(['due 2026-03-29T01:00', 'due 2026-03-30T00:30']);
  });
  test('ends: a daily run in the hour that comes twice is run once', () => {
    const course = follow('30 2 * * *', '2026-10-25T00:00:00Z', { zone: berlin });
    course.pass(26 * hour);
    expect(course.found).toEqual(['due 2026-10-25T00:30', 'due 2026-10-26T01:30']);
  });
  test('ends: an hourly run is run every hour', () => {
    const course = follow('0 * * * *', '2026-10-24T23:30:00Z', { zone: berlin });
    course.pass(3 * hour);
    expect(course.found).toEqual(['due 2026-10-25T00:00', 'due 2026-10-25T01:00', 'due 2026-10-25T02:00']);
  });
  test('ends: a run every ten minutes is not silent for an hour', () => {
    const course = follow('*/10 * * * *', '2026-10-25T00:45:00Z', { zone: berlin });
    course.pass(hour);
    expect(course.found).toHaveLength(6);
  });
});
