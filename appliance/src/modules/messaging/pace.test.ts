import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createPace } from './pace.ts';

function taken(pace: ReturnType<typeof createPace>): number {
  let count = 0;
  while (pace.take()) count += 1;
  return count;
}

test('so many at once, and so many a minute in the long run', async () => {
  const clock = createFakeClock();
  const pace = createPace(clock, { burst: 5, perMinute: 30 });
  expect(taken(pace)).toBe(5);
  expect(pace.readyInMs()).toBe(2_000);
  await clock.advance(1_999);
  expect(pace.take()).toBe(false);
  await clock.advance(1);
  expect(taken(pace)).toBe(1);
  let inAnHour = 0;
  for (let second = 0; second < 3_600; second += 1) {
    await clock.advance(1_000);
    inAnHour += taken(pace);
  }
  expect(inAnHour).toBe(1_800);
});

test('what was not used is kept, up to the burst', async () => {
  const clock = createFakeClock();
  const pace = createPace(clock, { burst: 3, perMinute: 60 });
  taken(pace);
  await clock.advance(3_600_000);
  expect(taken(pace)).toBe(3);
});

test.each([-36_000_000, 36_000_000])(
  'a wall clock that is set by %i ms makes no flood and no silence',
  async (ms) => {
    const clock = createFakeClock();
    const pace = createPace(clock, { burst: 1, perMinute: 60 });
    taken(pace);
    clock.stepWall(ms);
    expect(taken(pace)).toBe(0);
    await clock.advance(1_000);
    expect(taken(pace)).toBe(1);
  },
);

test('a carrier that asks for a pause has one', async () => {
  const clock = createFakeClock();
  const pace = createPace(clock, { burst: 5, perMinute: 60 });
  pace.hold(30_000);
  pace.hold(1_000);
  expect(pace.readyInMs()).toBe(30_000);
  await clock.advance(29_999);
  expect(pace.take()).toBe(false);
  await clock.advance(1);
  expect(pace.take()).toBe(true);
});

test('a token that was not used is given back', () => {
  const pace = createPace(createFakeClock(), { burst: 1, perMinute: 1 });
  pace.take();
  pace.giveBack();
  pace.giveBack();
  expect(taken(pace)).toBe(1);
});
