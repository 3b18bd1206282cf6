import type { Table } from '@dugout/appliance/platform/database/table.ts';
import type { VenueFile, VenueView } from '../venue/venue-file.ts';
import { quoted, quotedList } from '../venue/venue-tables.ts';

/** Names of pictures that the venue's rows hold. */
export interface NamedPictures {
  /** In pages, each of a moment of its own; `through` is the newest change at that moment. */
  everywhere(venue: VenueFile): Generator<NamedPage>;
  /** In rows that changed after `after`, as they are now; `through` is where to go on. */
  since(venue: VenueFile, after: number): NamedChanges;
}

export interface NamedPage {
  readonly files: readonly string[];
  /** Number of the change log. */
  readonly through: number;
}

export interface NamedChanges extends NamedPage {
  /** Rows that may hold names were changed; some may hold them no longer. */
  readonly stirred: boolean;
  /** `through` is the newest change. */
  readonly complete: boolean;
}

interface Album {
  readonly table: string;
  readonly key: readonly string[];
  /** Those that hold names. */
  readonly columns: readonly string[];
}

const pageRows = 500;
/** Entries of the log that are looked through at a time. */
const stretch = 10_000;

/** The replicated tables with columns that are declared `media`. */
export function createNamedPictures(tables: readonly Table[]): NamedPictures {
  const albums = tables.flatMap(albumOf);

  return {
    *everywhere(venue) {
      for (const album of albums) {
        for (let after: readonly unknown[] | null = []; after !== null; ) {
          const from: readonly unknown[] = after;
          const page = venue.snapshot((view) => pageOf(view, album, from));
          yield page;
          after = page.last;
        }
      }
    },

    since: (venue, after) =>
      venue.snapshot((view) => {
        const through = Math.min(view.head.seq, after + stretch);
        const changed = albums.flatMap((album) => changedIn(view, album, after, through));
        return {
          files: changed.filter((file) => typeof file === 'string'),
          through,
          stirred: changed.length > 0,
          complete: through === view.head.seq,
        };
      }),
  };
}

function albumOf({ name, key, columns, replication }: Table): Album[] {
  const holding = Object.entries(columns).filter(([, column]) => column.media === true);
  if (replication !== 'replicated' || holding.length === 0) return [];
  return [{ table: name, key, columns: holding.map(([column]) => column) }];
}

/** A table that the venue's release does not have yet names nothing. */
const isPresent = (view: VenueView, { table }: Album) =>
  [...view.tables.values()].some(({ name }) => name === table);

function pageOf(view: VenueView, album: Album, after: readonly unknown[]) {
  const { table, key, columns } = album;
  const through = view.head.seq;
  if (!isPresent(view, album)) return { files: [], through, last: null };
  const keys = quotedList(key);
  const where = after.length === 0 ? '' : `WHERE (${keys}) > (${key.map(() => '?').join(', ')})`;
  const rows = view
    .rows(
      `SELECT ${keys}, ${quotedList(columns)} FROM ${quoted(table)} ${where} ORDER BY ${keys} LIMIT ${pageRows}`,
    )
    .all(...after);
  return {
    files: rows.flatMap((row) => row.slice(key.length)).filter((file) => typeof file === 'string'),
    through,
    last: rows.length < pageRows ? null : (rows.at(-1)?.slice(0, key.length) ?? null),
  };
}

/** What stands in the columns of every changed row; null also for a row that is gone. */
function changedIn(view: VenueView, album: Album, after: number, through: number): unknown[] {
  const { table, key, columns } = album;
  const number = [...view.tables].find(([, { name }]) => name === table)?.[0];
  if (number === undefined) return [];
  const logged = key.length === 1 ? ['log.pk'] : key.map((_, at) => `json_extract(log.pk, '$[${at}]')`);
  const same = key.map((name, at) => `row.${quoted(name)} = ${logged[at]}`).join(' AND ');
  return view
    .rows(
      `SELECT DISTINCT ${columns.map((name) => `row.${quoted(name)}`).join(', ')}
       FROM change_log log LEFT JOIN ${quoted(table)} row ON ${same}
       WHERE log.seq > ? AND log.seq <= ? AND log.tbl = ?`,
    )
    .all(after, through, number)
    .flat();
}
