import { PlayerEvent } from '../../../contract/notifications.ts';
import { defineTopic, nobody } from '../../platform/mqtt/topic.ts';

export const playerEventTopic = defineTopic({
  name: 'player_event',
  path: 'player/{id}/event',
  direction: 'send',
  qos: 1,
  retained: false,
  payload: PlayerEvent,
  publish: nobody,
  subscribe: [{ roles: ['player'], own: true }],
  summary:
    'What the player is told, as in GET /api/me/events; `<id>` is the player’s. It may come twice with one id; what came while nobody listened is read there',
});
