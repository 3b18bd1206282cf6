import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../testing/seeded-random.ts';
import { cursorAt, firstOf, nextSeq, seqOf } from './notifications.ts';
import type { PlayerChangeRow, PlayerEventRow } from './notifications-tables.ts';

const ana = '01890000-0000-7000-8000-0000000000a1';
const ben = '01890000-0000-7000-8000-0000000000b2';
const now = Date.UTC(2026, 5, 1, 12);

describe('the order', () => {
  test('grows, however the clock is set', () => {
    const random = seededRandom(1);
    let newest = 0;
    let clock = now;
    for (let step = 0; step < 2_000; step += 1) {
      clock += Math.round((random() - 0.5) * 10 ** Math.floor(random() * 9));
      const next = nextSeq(newest, clock);
      expect(next).toBeGreaterThan(newest);
      newest = next;
    }
  });

  test('goes on behind what was given out before the data were put back', () => {
    const lost = nextSeq(nextSeq(0, now), now);
    expect(nextSeq(nextSeq(0, now - 60_000), now + 1_000)).toBeGreaterThan(lost);
  });
});

describe('a cursor', () => {
  test('says where it was made', () => {
    for (const seq of [0, 1, 99, now, now * 1_000, Number.MAX_SAFE_INTEGER])
      expect(seqOf(cursorAt(ana, seq), ana)).toBe(seq);
  });

  test('of another player is known as such', () => {
    expect(seqOf(cursorAt(ana, 7), ben)).toBe('foreign');
  });

  test.each([
    '',
    '0',
    '7',
    'null',
    '-1-000000a1',
    '1e3-000000a1',
    '007-000000a1',
    '7-000000A1',
    '7-000000a1 ',
    ' 7-000000a1',
    '7-000000a1\n',
    '7.5-000000a1',
    '99999999999999999-000000a1',
    '9999999999999999-000000a1',
    `7-${ana}`,
    "7-000000a1' OR 1=1",
    '٧-000000a1',
  ])('is not %j', (text) => {
    expect(seqOf(text, ana)).toBeNull();
  });
});

describe('the first of two lists', () => {
  const change = (seq: number) => ({ seq, thing_id: `c${seq}` }) as PlayerChangeRow;
  const event = (seq: number) => ({ seq, id: `e${seq}` }) as PlayerEventRow;

  test('page by page are all of both, each once, however they lie', () => {
    const random = seededRandom(2);
    for (let round = 0; round < 200; round += 1) {
      const seqs = Array.from({ length: Math.floor(random() * 30) }, (_, at) => at * 3 + 1);
      const changes = seqs.filter(() => random() < 0.5);
      const events = seqs.filter((seq) => !changes.includes(seq));
      const limit = 1 + Math.floor(random() * 7);
      const seen: number[] = [];
      let since = 0;
      for (;;) {
        const behind = (seq: number) => seq > since;
        const page = firstOf(
          changes
            .filter(behind)
            .slice(0, limit + 1)
            .map(change),
          events
            .filter(behind)
            .slice(0, limit + 1)
            .map(event),
          limit,
        );
        seen.push(...[...page.changes, ...page.events].map(({ seq }) => seq));
        since = page.end ?? since;
        if (!page.more) break;
      }
      expect(seen.toSorted((a, b) => a - b)).toEqual(seqs);
    }
  });

  test('of none have no end', () => {
    expect(firstOf([], [], 5)).toEqual({ changes: [], events: [], end: undefined, more: false });
  });
});
