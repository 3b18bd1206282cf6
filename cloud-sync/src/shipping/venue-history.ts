import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VenueView } from '../venue/venue-file.ts';
import type { Bookkeeping } from './bookkeeping.ts';
import type { VenueHistory } from './handshake.ts';

/** Which machine this is, as noted outside of the database; null before the appliance's first start. */
export function machineIdIn(dataDirectory: string): string | null {
  const file = join(dataDirectory, 'keys', 'appliance-id');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/** What the venue knows of its own history at this moment. Its questions are good as long as the view. */
export function historyOf(
  view: VenueView,
  bookkeeping: Pick<Bookkeeping, 'lastSent' | 'acked' | 'tokenSent'>,
  machineId: string | null,
): VenueHistory {
  const { epoch, applianceId, floor } = view.life;
  return {
    epoch,
    applianceId,
    machineId,
    floor,
    head: view.head,
    lastSent: bookkeeping.lastSent(epoch),
    acked: bookkeeping.acked(epoch),
    tokenInLog: (seq) => tokenInLog(view, seq),
    tokenSent: bookkeeping.tokenSent,
  };
}

export function tokenInLog(view: VenueView, seq: number): number | null {
  const entry = view.rows('SELECT tok FROM change_log WHERE seq = ?').get(seq) as [number] | undefined;
  return entry?.[0] ?? null;
}

/** The newest step of the schema: tells the cloud how old what it hears is. */
export function schemaVersionOf(view: VenueView): string {
  const row = view.rows('SELECT max(name) FROM schema_migrations').get() as [string | null] | undefined;
  return row?.[0] ?? '';
}
