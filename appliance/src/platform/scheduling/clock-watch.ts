import type { Logger } from 'pino';
import { type Clock, toMoment } from '../clock.ts';
import { type HealthCheck, NotReady } from '../health/health.ts';

export interface ClockStep {
  /** How far the wall clock was set forward, or back when negative. */
  readonly ms: number;
  /** Wall time right after the step. */
  readonly at: number;
}

export interface ClockWatch extends HealthCheck {
  onStep(listener: (step: ClockStep) => void): void;
  /** Compares the clocks now, and tells the listeners when the wall clock was stepped since the last time. */
  look(): void;
  /** Starts to look every second. `lastSeen`: the latest wall time known from an earlier run. */
  start(lastSeen?: number): void;
  stop(): void;
}

const lookMs = 1_000;
/** What slewing, and the coarseness of timers, may amount to between two looks. */
const toleranceMs = 2_000;
/** How long a step is held against the appliance's readiness. */
const rememberedMs = 5 * 60_000;

/** Sees that somebody set the wall clock: the monotonic clock went on as ever, and the wall clock did not. */
export function createClockWatch(clock: Clock, logger: Logger): ClockWatch {
  const listeners: ((step: ClockStep) => void)[] = [];
  let offset = clock.now() - clock.monotonic();
  let last: { step: ClockStep; noticedAt: number } | undefined;
  let stopLooking = () => {};

  function noticed(ms: number): void {
    const step = { ms: Math.round(ms), at: clock.now() };
    last = { step, noticedAt: clock.monotonic() };
    logger.warn({ step_ms: step.ms }, 'the clock was stepped');
    for (const listener of listeners) listener(step);
  }

  function look(): void {
    const ms = clock.now() - clock.monotonic() - offset;
    offset += ms;
    if (Math.abs(ms) > toleranceMs) noticed(ms);
  }

  return {
    name: 'clock',
    onStep: (listener) => void listeners.push(listener),
    look,
    start(lastSeen) {
      const behind = (lastSeen ?? 0) - clock.now();
      if (behind > toleranceMs) noticed(-behind);
      stopLooking = clock.every(lookMs, look);
    },
    stop: () => stopLooking(),
    check() {
      look();
      if (last === undefined || clock.monotonic() - last.noticedAt > rememberedMs) return;
      const { ms, at } = last.step;
      throw new NotReady(`the clock was stepped by ${inWords(ms)} at ${toMoment(at)}`);
    },
  };
}

/** `−3 h 0 min 2 s`: as long as it must be and no longer. */
export function inWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const parts: [amount: number, unit: string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const words = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  return `${ms < 0 ? '−' : '+'}${words.slice(0, 2).join(' ')}`;
}
