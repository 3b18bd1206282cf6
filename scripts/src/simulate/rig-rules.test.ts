import { expect, test } from 'vitest';
import { rigMove } from './rig-rules.ts';

const game = (id: string, state: 'confirmed' | 'playing' | 'recalled', station_id: string | null) => ({
  id,
  state,
  station_id,
});

test('a rig plays who is confirmed at its own station', () => {
  const others = [
    game('a', 'confirmed', 'rig-2'),
    game('b', 'confirmed', null),
    game('c', 'recalled', 'rig-1'),
  ];
  expect(rigMove(others, 'rig-1')).toBeNull();
  expect(rigMove([...others, game('d', 'confirmed', 'rig-1')], 'rig-1')).toEqual({ do: 'play', gameId: 'd' });
});

test('a game from before the power loss is given back before anybody else plays', () => {
  const seen = [game('a', 'confirmed', 'rig-1'), game('b', 'playing', 'rig-1')];
  expect(rigMove(seen, 'rig-1')).toEqual({ do: 'abort', gameId: 'b' });
});
