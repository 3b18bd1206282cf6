import type { Station } from '@dugout/appliance/contract/attractions.ts';
import { expect, it } from 'vitest';
import { worstFirst } from './worst-first.ts';

const station = (name: string, presence: Station['presence'], in_service = true): Station => ({
  id: name,
  name,
  attraction: 'derby',
  device: null,
  in_service,
  presence,
  game_id: null,
  interrupted_until: null,
  notice: null,
});

it('puts what needs somebody first, and what was switched off on purpose last', () => {
  const stations = [
    station('rig 10', 'idle'),
    station('rig 2', 'idle'),
    station('rig 3', 'busy'),
    station('rig 4', 'offline', false),
    station('rig 5', 'unknown'),
    station('rig 6', 'offline'),
  ];
  expect(worstFirst(stations).map(({ name }) => name)).toEqual([
    'rig 6',
    'rig 5',
    'rig 2',
    'rig 10',
    'rig 3',
    'rig 4',
  ]);
});
