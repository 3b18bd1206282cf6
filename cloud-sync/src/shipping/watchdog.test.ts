import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import { expect, test } from 'vitest';
import { aSyncForEachTest } from '../testing/a-sync.ts';
import { until } from '../testing/a-venue.ts';

const sync = aSyncForEachTest();

/** A clock whose regular tasks are run by hand, and whose time can jump. */
function aHandClock() {
  let passed = 0;
  const tasks: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    monotonic: () => systemClock.monotonic() + passed,
    every(_ms, task) {
      tasks.push(task);
      return () => {
        tasks.splice(tasks.indexOf(task), 1);
      };
    },
  };
  return {
    clock,
    later(ms: number) {
      passed += ms;
    },
    tick() {
      for (const task of [...tasks]) task();
    },
  };
}

test('a batch that does not end loses its connection, and goes with another', async () => {
  const hand = aHandClock();
  const daemon = await sync.daemon({ clock: hand.clock, patience: { stuckMs: 60_000, deadlineMs: 600_000 } });
  await sync.caughtUp();
  await until(() => daemon.shipper.isFree());
  sync.proxy.freeze();
  await sync.venue.guests('g', 5);
  await until(() => !daemon.shipper.isFree());
  hand.later(61_000);
  hand.tick();
  await until(() => daemon.bookkeeping.standing().state === 'offline');
  sync.proxy.cut();
  sync.proxy.heal();
  await sync.caughtUp();
  await sync.expectEqual();
});

test('a loop that has come to a standstill ends the process', async () => {
  const hand = aHandClock();
  let hang = false;
  const { promise: hung, resolve: release } = Promise.withResolvers<void>();
  await sync.daemon({
    clock: hand.clock,
    patience: { stuckMs: 60_000 },
    failpoints: { at: (name) => (hang && name === 'after read' ? hung : Promise.resolve()) },
  });
  await sync.caughtUp();
  hang = true;
  await sync.venue.guests('g', 5);
  hand.tick();
  hand.later(200_000);
  expect(hand.tick).toThrow(/standstill/u);
  release();
});
