import type { Ask } from '../ranges/replica-side.ts';
import type { LogPosition } from '../shipping/batch.ts';

const newLife = `
  UPDATE sync.site SET epoch = greatest(epoch, $2) + 1, appliance_id = $3, state = 'restoring', detail = $4
  WHERE site_id = $1 RETURNING epoch::text`;

/**
 * Begins the next life of a site in the cloud: from now on `applianceId` alone speaks for it, and every other appliance
 * is fenced when it comes. Null when the cloud does not know the site.
 */
export async function beginLife(
  ask: Ask,
  site: string,
  life: { readonly after: number; readonly applianceId: string; readonly detail: string },
): Promise<number | null> {
  const [row] = await ask<{ epoch: string }>(newLife, [site, life.after, life.applianceId, life.detail]);
  return row === undefined ? null : Number(row.epoch);
}

/** Says that the replica is the venue's at this place of its history. Answers whether it was still ours to say. */
export async function standAt(
  ask: Ask,
  site: string,
  epoch: number,
  position: LogPosition,
): Promise<boolean> {
  const rows = await ask(
    `UPDATE sync.site SET seq = $3, tok = $4, consistent_seq = $3, cursor = NULL, pending = 0
     WHERE site_id = $1 AND epoch = $2 RETURNING site_id`,
    [site, epoch, position.seq, position.tok],
  );
  return rows.length > 0;
}

/** Commands whose results were in a history that is given up: people look at them, nothing is done twice. */
export async function reviewCommands(
  ask: Ask,
  site: string,
  ids: readonly string[],
  why: string,
): Promise<void> {
  await ask('UPDATE sync.command SET review = $3 WHERE site_id = $1 AND id = ANY ($2::text[])', [
    site,
    ids,
    why,
  ]);
}

/** Rows of a site that the cloud could not hold as the venue had them. */
export async function countQuarantined(ask: Ask, site: string): Promise<number> {
  const [row] = await ask<{ rows: number }>(
    'SELECT count(*)::int AS rows FROM sync.quarantine WHERE site_id = $1',
    [site],
  );
  return row?.rows ?? 0;
}
