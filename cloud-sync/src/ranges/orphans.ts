import { keyJson, rowJson } from '../shipping/json-encoding.ts';
import type { VenueTable } from '../venue/venue-tables.ts';
import { type BothSides, keyText } from './compare.ts';
import type { Ask } from './replica-side.ts';
import type { Key, Row } from './venue-side.ts';

export interface Keeping {
  readonly sides: BothSides;
  readonly ask: Ask;
  readonly site: string;
  readonly epoch: number;
  /** Written down with the images. */
  readonly why: string;
  readonly now: () => number;
}

/** Keeps what both sides have of these rows in `sync.orphan`, in the transaction that is open, for people to look at. */
export async function keepImages(keeping: Keeping, table: VenueTable, keys: readonly Key[]): Promise<void> {
  const { sides, ask, site, epoch, why, now } = keeping;
  const rows = await sides.replica.rowsOf(table, keys);
  const theirs = new Map(rows.map((row) => [keyText(table, keyOf(table, row)), row]));
  const orphans = keys.map((key) => ({
    key: keyJson(key),
    row: imagesJson(table, {
      replica: theirs.get(keyText(table, key)) ?? null,
      venue: sides.venue.row(table, key),
    }),
  }));
  for (const { key, row } of orphans) {
    await ask(
      `INSERT INTO sync.orphan (site_id, epoch, table_name, key, "row", why, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [site, epoch, table.name, key, row, why, now()],
    );
  }
}

/** `{"replica": row, "venue": row}`, rows as the replica's JSON has them, null where there is none. */
function imagesJson(
  table: VenueTable,
  { replica, venue }: { replica: Row | null; venue: Row | null },
): string {
  const columns = table.columns.map(({ name }) => name);
  const json = (row: Row | null) => (row === null ? 'null' : rowJson(columns, row));
  return `{"replica":${json(replica)},"venue":${json(venue)}}`;
}

const keyOf = (table: VenueTable, row: Row): Key =>
  table.key.map((name) => row[table.columns.findIndex((column) => column.name === name)] ?? null);
