import { onItsWayPage } from '@dugout/appliance/modules';
import { html, type Reply, type Route } from '@dugout/appliance/platform/http/route.ts';
import { isCurrent, type Watermark } from './site-age.ts';

const retryAfterSeconds = 10;

/** In place of a guest's page, or of what it says after an answer. */
export const onItsWay = (what: 'page' | 'answer', siteName: string): Reply => {
  const page = html(202, onItsWayPage(what, siteName));
  return {
    ...page,
    headers: {
      ...page.headers,
      'retry-after': String(retryAfterSeconds),
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    },
  };
};

export const isGuests = ({ path }: Route): boolean => path.startsWith('/s/:code');

/** What a guest is told: that nothing is here yet is no reason to say that there is nothing. */
export function asGuestReads(route: Route, reply: Reply, watermark: Watermark): Reply {
  if (!isGuests(route) || reply.status !== 404 || isCurrent(watermark)) return reply;
  return onItsWay('page', watermark.name ?? '');
}

/** A guest who answered in a browser reads a page, and no JSON. */
export function asGuestSent(route: Route, reply: Reply, siteName: string): Reply {
  if (!isGuests(route) || reply.status !== 202) return reply;
  const page = onItsWay('answer', siteName);
  return { ...page, headers: { ...reply.headers, ...page.headers } };
}
