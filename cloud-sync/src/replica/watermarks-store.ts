import type { PostgresConnection } from '../postgres/connection.ts';
import type { Watermark } from './site-age.ts';

type Asks = Pick<PostgresConnection, 'query'>;

const watermarkColumns = `s.site_id, s.name, s.epoch, s.seq, s.state, s.detail, s.commit_at, s.applied_at,
  s.heartbeat_at, s.pending, s.cursor IS NULL AND s.consistent_seq = s.seq AS whole, sync.now_ms() AS now`;

/** How the venue reads its own data; null while its row is not here yet. */
export interface SiteSettings {
  readonly name: string;
  readonly timezone: string;
  readonly day_starts_at: number;
}

export const watermarksStore = {
  async of(asks: Asks, site: string): Promise<Watermark | undefined> {
    const text = `SELECT ${watermarkColumns} FROM sync.site s WHERE s.site_id = $1`;
    return (await asks.query<Watermark>(text, [site])).rows[0];
  },
  async all(asks: Asks): Promise<Watermark[]> {
    const text = `SELECT ${watermarkColumns} FROM sync.site s ORDER BY s.site_id`;
    return (await asks.query<Watermark>(text)).rows;
  },
  /** In a transaction for the site. */
  async settings(asks: Asks): Promise<SiteSettings | undefined> {
    const text = 'SELECT name, timezone, day_starts_at FROM public.site';
    return (await asks.query<SiteSettings>(text)).rows[0];
  },
  /** Sites that have a guest's page under this code, the one with the newest first. */
  async ofCode(asks: Asks, code: string): Promise<string[]> {
    const text = 'SELECT site_id FROM sync.sites_of_code($1)';
    return (await asks.query<{ site_id: string }>(text, [code])).rows.map(({ site_id }) => site_id);
  },
};
