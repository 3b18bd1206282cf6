import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { createLifecycle, type Part } from './lifecycle.ts';

const logger = pino({ level: 'silent' });
let clock: FakeClock;
let told: string[];

const part = (name: string, changes: Partial<Part> = {}): Part => ({
  name,
  start: () => void told.push(`+${name}`),
  stop: () => void told.push(`-${name}`),
  ...changes,
});
const lifecycleOf = (...parts: Part[]) => createLifecycle(parts, logger, clock);

beforeEach(() => {
  clock = createFakeClock();
  told = [];
});

test('starts in order, one after the other, and stops in reverse', async () => {
  const slow = async () => {
    await nextTurn();
    told.push('+b');
  };
  const lifecycle = lifecycleOf(part('a'), part('b', { start: slow }), part('c'));
  await lifecycle.start();
  expect(await lifecycle.stop()).toBe(true);
  expect(told).toEqual(['+a', '+b', '+c', '-c', '-b', '-a']);
});

test('a part that fails to start has everything before it stopped, and itself, and nothing after it started', async () => {
  const failing = part('b', { start: () => Promise.reject(new Error('port in use')) });
  const lifecycle = lifecycleOf(part('a'), failing, part('c'));
  await expect(lifecycle.start()).rejects.toThrow('port in use');
  expect(told).toEqual(['+a', '-b', '-a']);
});

describe('stopping', () => {
  test('goes on when a part fails to stop, and says that it was not orderly', async () => {
    const failing = part('b', { stop: () => Promise.reject(new Error('stuck')) });
    const lifecycle = lifecycleOf(part('a'), failing, part('c'));
    await lifecycle.start();
    expect(await lifecycle.stop()).toBe(false);
    expect(told).toEqual(['+a', '+b', '+c', '-c', '-a']);
  });

  test('waits for a part as long as its grace, and then goes on', async () => {
    const hanging = part('b', { stop: () => new Promise(() => {}), graceMs: 3_000 });
    const lifecycle = lifecycleOf(part('a'), hanging);
    await lifecycle.start();
    const stopped = lifecycle.stop();
    await clock.advance(2_999);
    expect(told).toEqual(['+a', '+b']);
    await clock.advance(1);
    expect(await stopped).toBe(false);
    expect(told).toEqual(['+a', '+b', '-a']);
  });

  test('twice is once', async () => {
    const lifecycle = lifecycleOf(part('a'));
    await lifecycle.start();
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(told).toEqual(['+a', '-a']);
  });

  test('during the start ends it after the part that is just starting', async () => {
    let goOn = () => {};
    const slow = () =>
      new Promise<void>((resolve) => {
        goOn = resolve;
      });
    const lifecycle = lifecycleOf(part('a'), part('b', { start: slow }), part('c'));
    const starting = lifecycle.start();
    await nextTurn();
    const stopped = lifecycle.stop();
    goOn();
    await starting;
    expect(await stopped).toBe(true);
    expect(told).toEqual(['+a', '-b', '-a']);
  });

  test('what was never started is not stopped', async () => {
    expect(await lifecycleOf(part('a')).stop()).toBe(true);
    expect(told).toEqual([]);
  });
});
