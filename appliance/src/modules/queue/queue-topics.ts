import { z } from 'zod';
import { GameState } from '../../../contract/games.ts';
import { PublicQueue } from '../../../contract/queue.ts';
import { defineTopic, nobody } from '../../platform/mqtt/topic.ts';

const everybody = [{ roles: 'signed_in' }] as const;

export const publicQueueTopic = defineTopic({
  name: 'public_queue',
  path: 'public/queue',
  direction: 'send',
  qos: 1,
  retained: true,
  payload: PublicQueue,
  publish: nobody,
  subscribe: everybody,
  summary: 'The public board, whole, with a version; at most four times a second',
});

export const gameStateTopic = defineTopic({
  name: 'game_state',
  path: 'game/{id}/state',
  direction: 'send',
  qos: 1,
  retained: true,
  payload: z.object({
    id: z.uuid(),
    ticket: z.string(),
    attraction: z.string(),
    state: GameState,
    station_id: z.string().nullable(),
    score: z.number().nullable(),
  }),
  publish: nobody,
  subscribe: [{ roles: ['admin', 'staff', 'tablet', 'rig', 'board', 'screen'] }],
  summary: 'The public view of a game; retained until it has ended',
});
