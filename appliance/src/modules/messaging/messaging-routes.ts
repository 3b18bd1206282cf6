import {
  type Message,
  type MessageCarrier,
  MessageCarrierList,
  MessagePage,
  MessageQuery,
} from '../../../contract/messaging.ts';
import { type Clock, toMoment, toMomentOrNull } from '../../platform/clock.ts';
import { ok, type Route, readRoute } from '../../platform/http/route.ts';
import type { VenueTime } from '../../platform/venue-time.ts';
import { maskedPhone } from '../players/index.ts';
import type { CarrierLine } from './carrier-line.ts';
import { takenSince } from './handovers-store.ts';
import { messagePage } from './messaging-store.ts';
import type { MessageRow } from './messaging-tables.ts';

/** A moment that has passed says no more than that nothing but a carrier is missing. */
const nextAttemptOf = ({ next_attempt_at }: MessageRow, now: number): string | null =>
  next_attempt_at === null || next_attempt_at <= now ? null : toMoment(next_attempt_at);

const messageView = (row: MessageRow, now: number): Message => ({
  id: row.id,
  game_id: row.game_id,
  ticket: row.ticket,
  kind: row.kind,
  language: row.language,
  to: maskedPhone(row.phone),
  text: row.body,
  segments: row.segments,
  state: row.state,
  reason: row.reason,
  carrier: row.carrier,
  attempts: row.attempts,
  next_attempt_at: nextAttemptOf(row, now),
  created_at: toMoment(row.created_at),
  expires_at: toMoment(row.expires_at),
  sent_at: toMomentOrNull(row.sent_at),
  delivered_at: toMomentOrNull(row.delivered_at),
});

/** Later than every identifier there will be. */
const newest = 'g';

export interface MessagingRoutesDeps {
  clock: Clock;
  venueTime: VenueTime;
  /** In the order of preference. */
  lines: readonly CarrierLine[];
}

export const messagingRoutes = ({ clock, venueTime, lines }: MessagingRoutesDeps): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/messages',
    access: ['admin', 'staff'],
    tag: 'messages',
    summary: 'The outbox, newest first: every text, what became of it, and why',
    query: MessageQuery,
    replies: { 200: MessagePage },
    async read({ at, query: { state, cursor = newest, limit } }, reader) {
      const wanted = state === undefined ? messagePage.all : messagePage.ofState;
      const rows = await reader.all(wanted, { state: state ?? 'pending', before: cursor, limit: limit + 1 });
      const items = rows.slice(0, limit).map((row) => messageView(row, at));
      return ok({ items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/messages/carriers',
    remote: 'venue_only',
    access: ['admin', 'staff'],
    tag: 'messages',
    summary:
      'The ways for texts to leave, in the order of preference: whether each is there, and what waits for it',
    replies: { 200: MessageCarrierList },
    async read(_request, reader) {
      const since = venueTime.dayStart(clock.now());
      const items: MessageCarrier[] = [];
      for (const line of lines) {
        const { name } = line.carrier;
        items.push({
          name,
          ...line.health(),
          since: toMoment(line.since()),
          waiting: line.waiting(),
          sent_today: (await reader.get(takenSince, { carrier: name, since }))?.count ?? 0,
        });
      }
      return ok({ items });
    },
  }),
];
