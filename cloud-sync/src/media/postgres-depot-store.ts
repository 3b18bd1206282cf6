import { hash } from 'node:crypto';
import { hashIn } from '@dugout/appliance/platform/images/media-store.ts';
import type { AskCloud } from './ask-cloud.ts';
import type { MediaDepot } from './media-depot.ts';

/** Small enough that rows, which leave by a connection of their own, do not wait long behind one. */
export const partBytes = 256 * 1024;

const partsThere = `
  SELECT part::int AS part, encode(sha256(bytes), 'hex') AS digest
  FROM sync.media_part WHERE site_id = $1 AND file = $2`;
const putPart = `
  INSERT INTO sync.media_part (site_id, file, part, bytes) VALUES ($1, $2, $3, $4)
  ON CONFLICT (site_id, file, part) DO UPDATE SET bytes = excluded.bytes`;
/** Names the picture in the index, if the parts together have the hash. */
const conclude = `
  WITH whole AS (
    SELECT string_agg(bytes, ''::bytea ORDER BY part) AS bytes
    FROM sync.media_part WHERE site_id = $1 AND file = $2
  )
  INSERT INTO sync.media (site_id, file, size, place, stored_at)
  SELECT $1, $2, length(bytes), 'postgres', (extract(epoch FROM clock_timestamp()) * 1000)::bigint
  FROM whole WHERE encode(sha256(bytes), 'hex') = $3
  ON CONFLICT (site_id, file) DO UPDATE
    SET size = excluded.size, place = excluded.place, stored_at = excluded.stored_at
  RETURNING file`;
const read = `
  SELECT string_agg(bytes, ''::bytea ORDER BY part) AS bytes
  FROM sync.media_part WHERE site_id = $1 AND file = $2`;
const remove = 'DELETE FROM sync.media_part WHERE site_id = $1 AND file = $2';

/** Pictures beside the rows, in parts: the replica is complete with its database alone. */
export function createPostgresDepot(ask: AskCloud): MediaDepot {
  return {
    async put(site, file, bytes, beforePart) {
      const there = await ask<{ part: number; digest: string }>(site, partsThere, [file]);
      const digests = new Map(there.map(({ part, digest }) => [part, digest]));
      for (const { part, piece } of piecesOf(bytes)) {
        if (digests.get(part) === hash('sha256', piece)) continue;
        await beforePart();
        await ask(site, putPart, [file, part, piece]);
      }
      const concluded = await ask(site, conclude, [file, hashIn(file) ?? null]);
      if (concluded.length > 0) return;
      // Parts that belong to nothing: begun anew at the next attempt.
      await ask(site, remove, [file]);
      throw new Error(`${file} did not arrive as it left`);
    },

    async read(site, file) {
      const [row] = await ask<{ bytes: Buffer | null }>(site, read, [file]);
      return row?.bytes ?? null;
    },

    async remove(site, file) {
      await ask(site, remove, [file]);
    },
  };
}

function* piecesOf(bytes: Buffer): Generator<{ part: number; piece: Buffer }> {
  for (let part = 0; part * partBytes < bytes.length; part += 1) {
    yield { part, piece: bytes.subarray(part * partBytes, (part + 1) * partBytes) };
  }
}
