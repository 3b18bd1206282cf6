import { LiveTopic } from '@dugout/appliance/contract/live.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { Results } from './results.ts';
import type { Watermark } from './site-age.ts';
import { stateOf } from './site-routes.ts';
import type { Sites } from './sites.ts';

export interface SiteWatchDeps {
  readonly sites: Pick<Sites, 'watermarks' | 'followed'>;
  readonly results: Pick<Results, 'onResult'>;
  readonly clock: Clock;
}

const lookEveryMs = 500;

const dataOf = ({ epoch, seq }: Watermark): string => `${epoch}/${seq}`;
const linkOf = (watermark: Watermark): string =>
  `${stateOf(watermark)}/${watermark.detail}/${watermark.pending}/${dataOf(watermark)}`;

/**
 * Tells screens that follow a site that its data has moved on. What has changed is not known here, so everything may
 * have: a screen reads what it shows. One look for all sites, and none when nobody follows.
 */
export function createSiteWatch({ sites, results, clock }: SiteWatchDeps) {
  const told = new Map<string, { data: string; link: string }>();
  let looking: Promise<void> | undefined;
  let cancel = () => {};

  async function look(): Promise<void> {
    const followed = sites.followed();
    if (followed.length === 0) return told.clear();
    const watermarks = await sites.watermarks(0);
    for (const [site, feed] of followed) {
      const watermark = watermarks.get(site);
      if (watermark === undefined) continue;
      const now = { data: dataOf(watermark), link: linkOf(watermark) };
      const before = told.get(site);
      told.set(site, now);
      // Nobody knows what its first follower has seen.
      const topics = before?.data === now.data ? [] : LiveTopic.options.filter((topic) => topic !== 'link');
      for (const topic of topics) feed.changed(topic);
      if (before?.link !== now.link) feed.changed('link');
    }
  }
  const lookSoon = () => {
    looking ??= look()
      .catch(() => {})
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  results.onResult(() => void lookSoon());

  return {
    start(): void {
      cancel = clock.every(lookEveryMs, () => void lookSoon());
    },
    stop: async (): Promise<void> => {
      cancel();
      await looking;
    },
  };
}
