import { describe, expect, test } from 'vitest';
import { aSyncForEachTest } from '../testing/a-sync.ts';
import { aGuest, until } from '../testing/a-venue.ts';
import { readStatus } from './status.ts';

const sync = aSyncForEachTest();
const many = { batch: { keys: 5_000, bytes: 1e7 }, chunk: { keys: 2_000, bytes: 1e7 } };

describe('the link', () => {
  test.each([
    ['a call', 1],
    ['a copy', 1_500],
  ])(
    'an answer that is lost after the commit of %s: the change is there once, and is not sent again',
    async (_lane, rows) => {
      const daemon = await sync.daemon({ limits: many });
      await sync.caughtUp();
      const before = daemon.shipper.figures().rows_total;
      const lost = sync.proxy.cutAtCommit();
      await sync.venue.guests('g', rows);
      await lost;
      await sync.caughtUp();
      await until(() => daemon.shipper.isFree() && daemon.shipper.acked() === sync.venue.head());
      await sync.expectEqual();
      expect(daemon.shipper.figures().rows_total).toBe(before);
      expect(daemon.shipper.figures().fences_total).toBe(0);
      // Nobody writes again: what the cloud said when it was asked is the acknowledgement.
      expect(readStatus(sync.venue.directory)).toMatchObject({
        state: 'live',
        pending_changes: 0,
        lag_ms: 0,
      });
    },
  );

  test('it heals, and what waited goes without another write', async () => {
    await sync.daemon();
    await sync.caughtUp();
    sync.proxy.cut();
    await sync.venue.guests('g', 10);
    expect((await sync.inCloud()).seq).toBeLessThan(sync.venue.head());
    sync.proxy.heal();
    await sync.caughtUp();
    await sync.expectEqual();
  });

  test('half open, with nobody telling: it is noticed, and made anew', async () => {
    const daemon = await sync.daemon({ patience: { deadlineMs: 1_000, connectMs: 1_000 } });
    await sync.caughtUp();
    sync.proxy.freeze();
    await sync.venue.guests('g', 10);
    await until(() => daemon.bookkeeping.standing().state === 'offline', 'the notice');
    sync.proxy.cut();
    sync.proxy.heal();
    await sync.caughtUp();
    await sync.expectEqual();
  });

  test('an idle one that is dead is noticed by its heartbeat', async () => {
    const daemon = await sync.daemon({ patience: { deadlineMs: 1_000, connectMs: 1_000 } });
    await sync.caughtUp();
    sync.proxy.freeze();
    await until(() => daemon.bookkeeping.standing().state === 'offline', 'the notice');
  });

  test('slow and late, it still arrives', async () => {
    sync.proxy.delay(20);
    await sync.venue.guests('a', 300);
    await sync.daemon();
    await sync.venue.guests('b', 300);
    await sync.caughtUp();
    await sync.expectEqual();
  });

  test('a failure at any point of the way leaves nothing out and nothing twice', async () => {
    const struck = new Set<string>();
    const daemon = await sync.daemon({
      limits: { batch: { keys: 20_000, bytes: 1e7 }, chunk: { keys: 15, bytes: 1e6 } },
      random: () => 0,
      failpoints: {
        async at(name) {
          if (struck.has(name) || name === 'before wait') return;
          struck.add(name);
          throw new Error(`struck ${name}`);
        },
      },
    });
    for (let round = 0; round < 20; round += 1) {
      await sync.venue.guests(`r${round}-`, 20, `name ${round}`);
      if (round > 0) await sync.venue.write([`DELETE FROM players WHERE id = 'r${round - 1}-3'`]);
    }
    await sync.caughtUp();
    await sync.venue.guests('many', 1_200);
    await sync.caughtUp();
    await until(() => daemon.bookkeeping.standing().state === 'live');
    await sync.expectEqual();
    expect([...struck]).toEqual(
      expect.arrayContaining(['before connect', 'before handshake', 'before send', 'in copy', 'after apply']),
    );
  });
});

describe('what cannot be sent in one go', () => {
  test('goes in parts, and is told to be whole with the last alone', async () => {
    const first = await sync.daemon();
    await sync.caughtUp();
    await sync.stop(first);
    const before = (await sync.inCloud()).consistent_seq;
    for (let round = 0; round < 10; round += 1) await sync.venue.guests(`r${round}-`, 10);
    await sync.venue.write(["UPDATE players SET name = 'again' WHERE id LIKE 'r0-%'"]);
    const seen: [number, string][] = [];
    await sync.daemon({
      limits: { batch: { keys: 15, bytes: 1e6 }, chunk: { keys: 15, bytes: 1e6 } },
      failpoints: {
        async at(name) {
          if (name !== 'after apply') return;
          const { consistent_seq, state } = await sync.inCloud();
          seen.push([consistent_seq, state]);
        },
      },
    });
    await sync.caughtUp();
    await sync.expectEqual();
    expect(seen.length).toBeGreaterThan(5);
    const last = seen.pop();
    expect(new Set(seen.map(String))).toEqual(new Set([`${before},catching_up`]));
    expect(last).toEqual([sync.venue.head(), 'live']);
  });

  test('a copy of everything goes on where it was, and changes do not wait for its end', async () => {
    for (let round = 0; round < 10; round += 1) await sync.venue.guests(`r${round}-`, 30);
    const limits = { batch: { keys: 100, bytes: 1e6 }, chunk: { keys: 20, bytes: 1e6 } };
    let chunks = 0;
    let written = false;
    const daemon = await sync.daemon({
      limits,
      failpoints: {
        async at(name) {
          if (name !== 'after apply') return;
          chunks += 1;
          if (!(await sync.inCloud()).cursor || written || chunks < 8) return;
          written = true;
          await sync.venue.write(
            ["DELETE FROM players WHERE id = 'r0-1'"],
            aGuest('0-early'),
            aGuest('z-late'),
          );
        },
      },
    });
    await until(() => written);
    await sync.stop(daemon);
    const half = await sync.inCloud();
    expect(half).toMatchObject({ state: 'bootstrapping', consistent_seq: 0 });
    const second = await sync.daemon({ limits });
    await sync.caughtUp();
    await sync.expectEqual();
    // The first had sent 160 of the 300 at least.
    expect(second.shipper.figures().rows_total).toBeLessThan(220);
  });
});
