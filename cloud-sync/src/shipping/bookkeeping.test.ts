import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFakeClock } from '@dugout/appliance/testing/fake-clock.ts';
import { aTemporaryDirectory } from '@dugout/appliance/testing/temporary-directory.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openBookkeeping } from './bookkeeping.ts';

function aBookkeeping(directory = aTemporaryDirectory()) {
  const clock = createFakeClock();
  const bookkeeping = openBookkeeping(directory, clock);
  onTestFinished(bookkeeping.close);
  return { directory, clock, bookkeeping };
}

test('the newest boundaries are remembered, whatever the clock does', () => {
  const { clock, bookkeeping } = aBookkeeping();
  bookkeeping.connection.pragma('synchronous = OFF');
  for (let seq = 1; seq <= 1_200; seq += 1) {
    clock.stepWall(-60_000);
    bookkeeping.sending({ seq, tok: seq * 10 }, 1);
  }
  expect(bookkeeping.lastSent(1)).toEqual({ seq: 1_200, tok: 12_000 });
  expect(bookkeeping.tokenSent(1_200)).toBe(12_000);
  expect(bookkeeping.tokenSent(201)).toBe(2_010);
  expect(bookkeeping.tokenSent(1)).toBeNull();
});

test('each life of the database has its own; what was sent is known in all of them', () => {
  const { bookkeeping } = aBookkeeping();
  bookkeeping.sending({ seq: 90, tok: 1 }, 1);
  bookkeeping.acknowledged({ seq: 90, tok: 1 }, 1);
  bookkeeping.sending({ seq: 50, tok: 2 }, 2);
  expect(bookkeeping.lastSent(2)).toEqual({ seq: 50, tok: 2 });
  expect(bookkeeping.acked(2)).toBeNull();
  expect(bookkeeping.tokenSent(90)).toBe(1);
});

test('a state lasts since it came about, and a start does not forget it', () => {
  const { directory, clock, bookkeeping } = aBookkeeping();
  bookkeeping.stand('live', null);
  const { since } = bookkeeping.standing();
  clock.stepWall(5_000);
  bookkeeping.stand('live', 'still');
  expect(bookkeeping.standing()).toMatchObject({ since, detail: 'still' });
  bookkeeping.stand('offline', null);
  expect(bookkeeping.standing().since).toBe(since + 5_000);
  expect(aBookkeeping(directory).bookkeeping.standing().state).toBe('offline');
});

test('outages wait until they are caught up with, and are told once, the oldest first', () => {
  const { bookkeeping } = aBookkeeping();
  bookkeeping.outageEnded({ began_at: 1, ended_at: 2, changes: 9, until_seq: 9 });
  bookkeeping.outageEnded({ began_at: 3, ended_at: 4, changes: 5, until_seq: 14 });
  expect(bookkeeping.outageToTell()).toBeNull();
  bookkeeping.outageGoesOn(1, 4, null);
  bookkeeping.outageGoesOn(1, 5, 7);
  bookkeeping.outageGoesOn(3, 5, 8);
  expect(bookkeeping.outageToTell()).toMatchObject({ began_at: 1, rows: 9, caught_up_at: 7 });
  bookkeeping.outageHeard(1);
  expect(bookkeeping.outageToTell()).toMatchObject({ began_at: 3, rows: 5 });
  expect(bookkeeping.outagesOpen()).toEqual([]);
});

test.each([
  ['no database', Buffer.from('this is no database, and was never one'.repeat(200))],
  ['a database without its middle', undefined],
])('%s is set aside, and the bookkeeping begins anew', (_case, content) => {
  const directory = aTemporaryDirectory();
  const file = join(directory, 'sync.db');
  if (content === undefined) {
    openBookkeeping(directory, createFakeClock()).close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0x5a, 100, 6_000));
  } else writeFileSync(file, content);
  const damaged = vi.fn();
  const bookkeeping = openBookkeeping(directory, createFakeClock(), damaged);
  onTestFinished(bookkeeping.close);
  expect(bookkeeping.acked(1)).toBeNull();
  expect(damaged).toHaveBeenCalledExactlyOnceWith(`${file}.damaged`);
  expect(existsSync(`${file}.damaged`)).toBe(true);
});
