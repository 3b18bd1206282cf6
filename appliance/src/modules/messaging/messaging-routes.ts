import { type Message, MessagePage, MessageQuery } from '../../../contract/messaging.ts';
import { toMoment, toMomentOrNull } from '../../platform/clock.ts';
import { ok, type Route, readRoute } from '../../platform/http/route.ts';
import { maskedPhone } from '../players/index.ts';
import { messagePage } from './messaging-store.ts';
import type { MessageRow } from './messaging-tables.ts';

const messageView = (row: MessageRow): Message => ({
  id: row.id,
  game_id: row.game_id,
  ticket: row.ticket,
  kind: row.kind,
  to: maskedPhone(row.phone),
  text: row.body,
  segments: row.segments,
  state: row.state,
  reason: row.reason,
  provider: row.provider,
  created_at: toMoment(row.created_at),
  expires_at: toMoment(row.expires_at),
  sent_at: toMomentOrNull(row.sent_at),
});

/** Later than every identifier there will be. */
const newest = 'g';

export const messagingRoutes: Route[] = [
  readRoute({
    method: 'GET',
    path: '/api/messages',
    access: ['admin', 'staff'],
    tag: 'messages',
    summary: 'The outbox, newest first: every text, what became of it, and why',
    query: MessageQuery,
    replies: { 200: MessagePage },
    async read({ query: { state, cursor = newest, limit } }, reader) {
      const wanted = state === undefined ? messagePage.all : messagePage.ofState;
      const rows = await reader.all(wanted, { state: state ?? 'pending', before: cursor, limit: limit + 1 });
      const items = rows.slice(0, limit).map(messageView);
      return ok({ items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
    },
  }),
];
