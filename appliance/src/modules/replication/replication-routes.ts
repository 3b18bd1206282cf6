import {
  CommandOutcome,
  Link,
  LinkReport,
  type Outage,
  OutageList,
  Place,
  RemoteCommand,
} from '../../../contract/replication.ts';
import { toMoment } from '../../platform/clock.ts';
import { noContent, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import type { CommandsService, Prepared } from './commands-service.ts';
import type { LinkService } from './link-service.ts';
import { latestOutages } from './outages-store.ts';
import type { OutageRow } from './replication-tables.ts';

/** How many of the last outages staff see. */
const shownOutages = 100;

/** The largest photo, as base64, and what is said about it. */
const largestCommand = 21 * 1024 * 1024;

const about = { tag: 'replication' } as const;

const outageView = (row: OutageRow & Pick<Outage, 'commands_applied' | 'conflicts'>): Outage => ({
  ...row,
  began_at: toMoment(row.began_at),
  ended_at: toMoment(row.ended_at),
  caught_up_at: toMoment(row.caught_up_at),
  catch_up_ms: Math.max(0, row.caught_up_at - row.ended_at),
});

/** What the replica serves as well. */
export const outagesRoutes = (): Route[] => [
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/outages',
    access: ['admin', 'staff'],
    summary: 'What happened while the venue was alone, newest first',
    replies: { 200: OutageList },
    read: async (_request, reader) =>
      ok({ items: (await reader.all(latestOutages, { limit: shownOutages })).map(outageView) }),
  }),
];

export interface VenueRoutesDeps {
  readonly commands: CommandsService;
  readonly link: LinkService;
  readonly site: { readonly id: string; readonly name: string };
}

/** What is the venue's alone: the daemon's door, and what the venue says of itself. */
export const venueRoutes = ({ commands, link, site }: VenueRoutesDeps): Route[] => [
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/place',
    access: 'public',
    summary: 'Where these screens are served from',
    replies: { 200: Place },
    read: async () => ok({ kind: 'venue', site: site.id, site_name: site.name }),
  }),
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/replication',
    access: ['admin', 'staff'],
    summary: 'The link to the replica, as the sync daemon last told it',
    replies: { 200: Link },
    read: async () => ok(link.link()),
  }),
  writeRoute({
    ...about,
    method: 'POST',
    path: '/api/replication/link',
    access: ['service'],
    summary: 'The sync daemon tells of the link, and of an outage that is over',
    body: LinkReport,
    remote: 'venue_only',
    replies: { 204: 'heard' },
    write(tx, { body }) {
      link.hear(tx, body);
      return noContent;
    },
  }),
  writeRoute<unknown, unknown, RemoteCommand, Prepared>({
    ...about,
    method: 'POST',
    path: '/api/replication/commands',
    access: ['service'],
    summary:
      'The sync daemon brings an action from afar; brought again it has its first answer and no effect',
    body: RemoteCommand,
    bodyLimit: largestCommand,
    remote: 'venue_only',
    replies: { 200: CommandOutcome },
    prepare: ({ body, at, address }) => commands.prepare(body, at, address),
    write: (tx, { body }, prepared) => ok(commands.execute(tx, body, prepared)),
  }),
];
