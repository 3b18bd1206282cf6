import { RigEventPage, RigEventQuery } from '../../../contract/rigs.ts';
import { ok, type Route, readRoute } from '../../platform/http/route.ts';
import { eventView } from './rigs-service.ts';
import { eventPage } from './rigs-store.ts';

/** Behind every identifier. */
const last = 'g';

export const rigsRoutes = (): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/rig-events',
    access: ['admin', 'staff'],
    tag: 'rigs',
    summary:
      'What rigs told of their games and what came of it, newest first; `outcome=conflict` needs somebody',
    query: RigEventQuery,
    replies: { 200: RigEventPage },
    async read({ query: { game_id, device, outcome, cursor, limit } }, reader) {
      const rows = await reader.all(eventPage({ game_id, device, outcome }), {
        game_id: game_id ?? '',
        device: device ?? '',
        outcome: outcome ?? 'applied',
        before: cursor ?? last,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map(eventView);
      return ok({ items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
    },
  }),
];
