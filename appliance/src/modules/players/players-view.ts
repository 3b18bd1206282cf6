import type { Player } from '../../../contract/players.ts';
import { toMoment } from '../../platform/clock.ts';
import type { ConsentKind, ConsentRow, PlayerRow } from './players-tables.ts';

export type Consents = Record<ConsentKind, boolean>;

/** What holds now: the last word of each kind, no where nothing was said. */
export function currentConsents(rows: readonly ConsentRow[]): Consents {
  const current: Consents = { sms: false, marketing: false, photo: false, sensor: false, guardian: false };
  for (const { kind, granted } of rows) current[kind] = granted === 1;
  return current;
}

export const playerView = (row: PlayerRow, consents: Consents, username: string | null): Player => ({
  id: row.id,
  name: row.name,
  username,
  phone: row.phone,
  email: row.email,
  birth_year: row.birth_year,
  language: row.language,
  consent: consents,
  has_photo: row.photo !== null,
  created_at: toMoment(row.created_at),
});
