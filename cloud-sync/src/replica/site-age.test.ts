import { describe, expect, test } from 'vitest';
import { ageHeaders, isCurrent, lagOf, type Watermark } from './site-age.ts';
import { stateOf } from './site-routes.ts';

const now = 1_000_000;
const watermark = (changes: Partial<Watermark>): Watermark => ({
  site_id: 'north',
  name: 'North',
  epoch: 1,
  seq: 5,
  state: 'live',
  detail: null,
  commit_at: now - 60_000,
  applied_at: now - 60_000,
  heartbeat_at: now - 2_000,
  pending: 0,
  whole: true,
  now,
  ...changes,
});

describe('the data are as old', () => {
  test.each([
    ['as the silence of a venue that has sent all it has', {}, 2_000],
    ['as the last apply when that was later', { applied_at: now - 500 }, 500],
    ['as the newest commit here while more is to come', { pending: 3 }, 60_000],
    [
      'as the silence when that is longer',
      { pending: 3, heartbeat_at: now - 90_000, applied_at: null },
      90_000,
    ],
    ['as nothing, and not less, when clocks disagree', { heartbeat_at: now + 5_000 }, 0],
  ])('%s', (_what, changes, lag) => expect(lagOf(watermark(changes))).toBe(lag));

  test('nobody knows of a venue that never spoke', () => {
    const silent = watermark({ applied_at: null, heartbeat_at: null, commit_at: null });
    expect([lagOf(silent), ageHeaders(silent)]).toEqual([null, {}]);
  });

  test('and are told so', () =>
    expect(ageHeaders(watermark({}), now + 1_000)).toEqual({
      'data-as-of': '1970-01-01T00:15:40.000Z',
      'data-lag-ms': '3000',
    }));
});

test.each([
  [{}, 'live', true],
  [{ heartbeat_at: now - 16_000 }, 'offline', false],
  [{ pending: 1 }, 'live', false],
  [{ state: 'catching_up' }, 'catching_up', false],
  [{ state: 'fenced', heartbeat_at: now - 16_000 }, 'fenced', false],
  [{ applied_at: null, heartbeat_at: null }, 'offline', false],
])('a site with %o is %s; what is not here is nowhere: %s', (changes, state, current) =>
  expect([stateOf(watermark(changes)), isCurrent(watermark(changes))]).toEqual([state, current]),
);
