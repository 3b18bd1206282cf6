import type { Game } from '@dugout/appliance/contract/games.ts';
import { describe, expect, it } from 'vitest';
import { turnOf } from './turn.ts';

const game = (id: string, station_id: string | null, confirmed_at: string, attraction = 'derby'): Game => ({
  id,
  state: 'confirmed',
  ticket: id,
  attraction,
  party_size: 1,
  player_id: id,
  player: { id, name: id, phone: null, email: null, has_photo: false },
  station_id,
  score: null,
  distance: null,
  homeruns: null,
  recall_count: 1,
  interrupted_until: null,
  notice: null,
  created_at: '',
  queued_at: null,
  recalled_at: null,
  grace_until: null,
  confirmed_at,
  played_at: null,
  completed_at: null,
  state_at: '',
  page_url: '',
  message: null,
  recall: null,
  answer: null,
  allowed: [],
});

const rig1 = { attraction: 'derby', stationId: 'rig-1' };
const early = '2026-06-01T10:00:00.000Z';
const late = '2026-06-01T10:05:00.000Z';

describe("a rig's turn", () => {
  it('is the game that plays here, before any other guest', () => {
    expect(
      turnOf(
        rig1,
        [game('next', 'rig-1', early)],
        [game('other', 'rig-2', early), game('now', 'rig-1', early)],
      ),
    ).toMatchObject({ at: 'playing', game: { id: 'now' } });
  });

  it('is the guest confirmed for here, before an earlier one for anywhere', () => {
    expect(turnOf(rig1, [game('anywhere', null, early), game('here', 'rig-1', late)], [])).toMatchObject({
      at: 'ready',
      game: { id: 'here' },
    });
  });

  it('is the first confirmed of those for anywhere', () => {
    expect(turnOf(rig1, [game('second', null, late), game('first', null, early)], [])).toMatchObject({
      game: { id: 'first' },
    });
  });

  it("is never another rig's or another attraction's guest", () => {
    expect(
      turnOf(rig1, [game('a', 'rig-2', early), game('b', null, early, 'pong')], [game('c', 'rig-2', early)]),
    ).toEqual({ at: 'free' });
  });

  it('serves the whole attraction without a station of its own', () => {
    expect(turnOf({ attraction: 'derby', stationId: null }, [game('a', 'rig-2', early)], [])).toMatchObject({
      game: { id: 'a' },
    });
  });
});
