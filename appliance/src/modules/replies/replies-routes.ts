import { z } from 'zod';
import { Id } from '../../../contract/common.ts';
import { Reply, ReplyPage, ReplyQuery } from '../../../contract/replies.ts';
import { toMoment, toMomentOrNull } from '../../platform/clock.ts';
import { ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import { maskedPhone } from '../players/index.ts';
import { isNumber } from './replies.ts';
import type { RepliesService } from './replies-service.ts';
import { type ReplyWithTicket, replyPage } from './replies-store.ts';

const replyView = (row: ReplyWithTicket): Reply => ({
  id: row.id,
  at: toMoment(row.received_at),
  carrier: row.carrier,
  from: isNumber(row.phone) ? maskedPhone(row.phone) : row.phone,
  text: row.body,
  meaning: row.meaning,
  outcome: row.outcome,
  reason: row.reason,
  answered_with: row.answered_with,
  game_id: row.game_id,
  ticket: row.ticket,
  handled_at: toMomentOrNull(row.handled_at),
  handled_by: row.handled_by,
});

/** Later than every identifier there will be. */
const newest = 'g';

export const repliesRoutes = (replies: RepliesService): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/replies',
    access: ['admin', 'staff'],
    tag: 'replies',
    summary: 'Texts from guests, newest first: what they mean, what was done, and what waits for staff',
    query: ReplyQuery,
    replies: { 200: ReplyPage },
    async read({ query: { open = false, cursor = newest, limit } }, reader) {
      const wanted = open ? replyPage.open : replyPage.all;
      const rows = await reader.all(wanted, { before: cursor, limit: limit + 1 });
      const items = rows.slice(0, limit).map(replyView);
      return ok({ items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/api/replies/:id/handled',
    access: ['admin', 'staff'],
    tag: 'replies',
    summary: 'Staff have seen to a guest’s text; who says so first stays',
    params: z.object({ id: Id }),
    replies: { 200: Reply },
    write: (tx, { params: { id }, principal }) => ok(replyView(replies.handled(tx, id, principal.username))),
  }),
];
