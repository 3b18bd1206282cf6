import { expect, test } from 'vitest';
import type { ResultSummary } from '../../../contract/progress.ts';
import { momentOf } from './guest-moment.ts';
import { guestPage } from './guest-page.ts';

const playedAt = 1_700_000_000_000;
const minute = 60_000;
const pending: ResultSummary = { state: 'pending', status: null, highlights: [] };

function pageAt(now: number, measured: ResultSummary | null): string {
  const game = {
    state: 'completed',
    station_id: null,
    completed_at: playedAt,
    score: 5,
    distance: null,
    homeruns: null,
  };
  const seen = { game, souvenir: undefined, floor: { stations: [] }, place: undefined, measured, now };
  const moment = momentOf(seen as unknown as Parameters<typeof momentOf>[0]);
  const words = { siteName: '', attraction: 'glove', attractionName: 'Glove', ticket: 'A001', name: 'Ana' };
  return guestPage({ ...words, path: '/s/x', moment, said: null, wordmark: '' });
}

test('a page waits for what a glove measured, and not for ever', () => {
  const souvenirIsThere = pageAt(playedAt + 11 * minute, null);
  expect(pageAt(playedAt + minute, pending)).toContain('data-renews="2"');
  expect(pageAt(playedAt + minute, pending)).toContain('It is being worked out');
  const later = pageAt(playedAt + 11 * minute, pending);
  expect(later).toContain('It is being worked out');
  expect(/data-renews="(\d*)"/u.exec(later)?.[1]).toBe(/data-renews="(\d*)"/u.exec(souvenirIsThere)?.[1]);
});

test('a result that is there is waited for no more', () => {
  const done: ResultSummary = { state: 'done', status: 'no_clear_change', highlights: [] };
  const page = pageAt(playedAt + minute, done);
  expect(page).toContain('No clear change: every game comes out a little different');
  expect(page).toContain('data-renews=""');
});
