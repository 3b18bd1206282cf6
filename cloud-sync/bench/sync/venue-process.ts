import { aGuest, aVenue, type Statement } from '../../src/testing/a-venue.ts';
import { sharedNow } from './measuring.ts';

/** What the venue is told to do. Names have one length, so that a row weighs the same however often it was changed. */
export type Work =
  /** New guests in transactions of 100. */
  | { readonly what: 'fill'; readonly rows: number }
  /** Each of the guests changed so many times, in transactions of 100. */
  | { readonly what: 'change'; readonly rows: number; readonly times: number }
  /** Transactions of one new guest. */
  | { readonly what: 'pace'; readonly perSecond: number; readonly seconds: number };

/** Where the log ended after a transaction, and when that was on disk, in milliseconds that all processes share. */
export type Commit = readonly [seq: number, at: number];

const perTransaction = 100;
const venue = aVenue(process.argv[2] ?? '');
let guests = 0;

const idOf = (number: number) => `guest-${String(number).padStart(12, '0')}`;
const nameOf = (number: number) => `Name ${String(number).padStart(12, '0')}`;

async function fill(rows: number): Promise<void> {
  for (let done = 0; done < rows; done += perTransaction) {
    const fresh = Array.from({ length: perTransaction }, () => aGuest(idOf(guests++), nameOf(0)));
    await venue.write(...fresh);
  }
}

async function change(rows: number, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1)
    for (let done = 0; done < rows; done += perTransaction) {
      const changes = Array.from(
        { length: perTransaction },
        (_, at): Statement => [
          'UPDATE players SET name = ? WHERE id = ?',
          nameOf(performance.now() * 1_000_000 + time),
          idOf(done + at),
        ],
      );
      await venue.write(...changes);
    }
}

async function pace(perSecond: number, seconds: number): Promise<Commit[]> {
  const commits: Commit[] = [];
  const began = performance.now();
  for (let number = 0; number < perSecond * seconds; number += 1) {
    const due = began + (number * 1_000) / perSecond - performance.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    await venue.write(aGuest(idOf(guests++), nameOf(0)));
    const at = sharedNow();
    commits.push([venue.head(), at]);
  }
  return commits;
}

process.on('message', (work: Work) => {
  const done =
    work.what === 'fill'
      ? fill(work.rows)
      : work.what === 'change'
        ? change(work.rows, work.times)
        : pace(work.perSecond, work.seconds);
  done.then(
    (commits) => process.send?.({ head: venue.head(), commits: commits ?? [] }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.send?.('ready');
