import type { AskCloud } from './ask-cloud.ts';
import type { MediaPlace } from './media-depot.ts';

/** `sync.media`: which pictures the cloud holds whole, and where. */
export interface MediaIndex {
  placeOf(site: string, file: string): Promise<MediaPlace | null>;
  record(site: string, file: string, size: number, place: MediaPlace): Promise<void>;
  remove(site: string, file: string): Promise<void>;
  names(site: string, after: string, limit: number): Promise<string[]>;
  fingerprint(site: string): Promise<string>;
}

const placeOf = 'SELECT place FROM sync.media WHERE site_id = $1 AND file = $2';
const record = `
  INSERT INTO sync.media (site_id, file, size, place, stored_at)
  VALUES ($1, $2, $3, $4, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
  ON CONFLICT (site_id, file) DO UPDATE
    SET size = excluded.size, place = excluded.place, stored_at = excluded.stored_at`;
const remove = 'DELETE FROM sync.media WHERE site_id = $1 AND file = $2';
const names = `
  SELECT file FROM sync.media WHERE site_id = $1 AND file COLLATE "C" > $2
  ORDER BY file COLLATE "C" LIMIT $3`;
const fingerprint = `
  SELECT count(*)::text AS files,
         coalesce(sum(('x' || lpad(substr(file, 4, 13), 16, '0'))::bit(64)::bigint), 0)::text AS total
  FROM sync.media WHERE site_id = $1`;

export const createMediaIndex = (ask: AskCloud): MediaIndex => ({
  async placeOf(site, file) {
    const [row] = await ask<{ place: MediaPlace }>(site, placeOf, [file]);
    return row?.place ?? null;
  },
  async record(site, file, size, place) {
    await ask(site, record, [file, size, place]);
  },
  async remove(site, file) {
    await ask(site, remove, [file]);
  },
  async names(site, after, limit) {
    const rows = await ask<{ file: string }>(site, names, [after, limit]);
    return rows.map(({ file }) => file);
  },
  async fingerprint(site) {
    const [row] = await ask<{ files: string; total: string }>(site, fingerprint);
    return `${row?.files ?? 0}:${row?.total ?? 0}`;
  },
});

/** What `fingerprint` says of a cloud that holds exactly these names. */
export function fingerprintOf(files: Iterable<string>): string {
  let count = 0;
  let total = 0n;
  for (const file of files) {
    count += 1;
    total += BigInt(`0x${file.slice(3, 16)}`);
  }
  return `${count}:${total}`;
}
