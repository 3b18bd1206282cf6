import { Link, Place, type Site } from '@dugout/appliance/contract/replication.ts';
import { toMomentOrNull } from '@dugout/appliance/platform/clock.ts';
import { ok } from '@dugout/appliance/platform/http/route.ts';
import { type OwnRoute, ownRoute } from './own-route.ts';
import { ageHeaders, lagOf, lastContact, silentAfterMs, type Watermark } from './site-age.ts';
import type { SiteTransactions } from './site-transactions.ts';

/** States that a person has to end: silence does not hide them. */
const lasting = new Set(['fenced', 'restoring', 'schema_behind']);

export function stateOf(watermark: Watermark): Site['state'] {
  const contact = lastContact(watermark);
  const silent = contact === null || watermark.now - contact > silentAfterMs;
  return (silent && !lasting.has(watermark.state) ? 'offline' : watermark.state) as Site['state'];
}

export const siteView = (watermark: Watermark, pendingCommands: number): Site => ({
  id: watermark.site_id,
  name: watermark.name ?? watermark.site_id,
  state: stateOf(watermark),
  detail: watermark.detail,
  data_as_of: toMomentOrNull(watermark.commit_at),
  data_lag_ms: lagOf(watermark),
  last_contact_at: toMomentOrNull(lastContact(watermark)),
  pending_changes: watermark.pending,
  pending_commands: pendingCommands,
});

const linkView = (watermark: Watermark): Link => ({
  status: {
    state: stateOf(watermark),
    detail: watermark.detail,
    epoch: watermark.epoch,
    seq: watermark.seq + watermark.pending,
    acked_seq: watermark.seq,
    pending_changes: watermark.pending,
    lag_ms: lagOf(watermark),
    last_contact_at: toMomentOrNull(lastContact(watermark)),
  },
  since: null,
  heard_at: toMomentOrNull(lastContact(watermark)),
});

/** What the replica says of the site itself. */
export const aboutSiteRoutes = (transactions: SiteTransactions, site: string): OwnRoute[] => [
  ownRoute({
    method: 'GET',
    path: '/api/place',
    access: 'public',
    tag: 'replication',
    summary: 'Where these screens are served from',
    replies: { 200: Place },
    answer: () =>
      transactions.read(site, async ({ watermark }) => ({
        ...ok({ kind: 'replica', site, site_name: watermark.name }),
        headers: ageHeaders(watermark),
      })),
  }),
  ownRoute({
    method: 'GET',
    path: '/api/replication',
    access: ['admin', 'staff'],
    tag: 'replication',
    summary: 'The link to the venue, as the cloud knows it',
    replies: { 200: Link },
    answer: () =>
      transactions.read(site, async ({ watermark }) => ({
        ...ok(linkView(watermark)),
        headers: ageHeaders(watermark),
      })),
  }),
];
