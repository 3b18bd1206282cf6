import type { Table } from '@dugout/appliance/platform/database/table.ts';
import { quoted } from '../venue/venue-tables.ts';
import type { Ask } from './replica-side.ts';

export interface PicturesThere {
  /** Different names in the rows of the replica. */
  readonly named: number;
  /** Those of them whose picture has not arrived. */
  readonly missing: number;
}

/** Counts the pictures that the replica's rows name, and those that are not there yet, at the moment of the transaction. */
export async function countPictures(
  ask: Ask,
  site: string,
  tables: readonly Table[],
): Promise<PicturesThere> {
  const names = tables.flatMap(({ name, columns, replication }) =>
    Object.entries(columns)
      .filter(([, column]) => replication === 'replicated' && column.media === true)
      .map(
        ([column]) =>
          `SELECT ${quoted(column)} AS file FROM public.${quoted(name)}
           WHERE site_id = $1 AND ${quoted(column)} IS NOT NULL`,
      ),
  );
  if (names.length === 0) return { named: 0, missing: 0 };
  const [counts] = await ask<{ named: string; missing: string }>(
    `WITH named AS (${names.join(' UNION ')})
     SELECT count(*)::text AS named, count(*) FILTER (WHERE m.file IS NULL)::text AS missing
     FROM named LEFT JOIN sync.media m ON m.site_id = $1 AND m.file = named.file`,
    [site],
  );
  return { named: Number(counts?.named ?? 0), missing: Number(counts?.missing ?? 0) };
}
