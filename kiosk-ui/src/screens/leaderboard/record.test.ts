import type { LeaderboardEntry } from '@dugout/appliance/contract/leaderboards.ts';
import { describe, expect, it } from 'vitest';
import { newRecord } from './record.ts';

const entry = (game_id: string, score: number, rank = 1): LeaderboardEntry => ({
  rank,
  player_id: `player of ${game_id}`,
  game_id,
  name: 'Ana B.',
  score,
  distance: null,
  homeruns: null,
  played_at: '2026-06-01T10:00:00.000Z',
});

describe('a new record', () => {
  it('is a first place that beats the one before', () => {
    const beaten = entry('a', 900);
    expect(newRecord(beaten, [entry('b', 901), entry('a', 900, 2)])).toMatchObject({ game_id: 'b' });
  });

  it('is not what a screen finds when it starts', () => {
    expect(newRecord(undefined, [entry('a', 900)])).toBeUndefined();
  });

  it('is neither a tie, nor a correction downwards, nor an empty board', () => {
    expect(newRecord(entry('a', 900), [entry('b', 900)])).toBeUndefined();
    expect(newRecord(entry('a', 900), [entry('b', 850)])).toBeUndefined();
    expect(newRecord(entry('a', 900), [entry('a', 900)])).toBeUndefined();
    expect(newRecord(entry('a', 900), [])).toBeUndefined();
  });
});
