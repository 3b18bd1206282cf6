import type { VenueView } from '../venue/venue-file.ts';
import type { Batch, BootstrapCursor, LogPosition } from './batch.ts';
import type { ChangeReader } from './change-reader.ts';
import { keyJson } from './json-encoding.ts';
import type { Pace } from './pace.ts';
import {
  type CloudTables,
  fitted,
  keyIn,
  type Parcel,
  quarantineUnreadable,
  type RowName,
  unknownTable,
} from './parcel.ts';
import { firstCursor, readPiece } from './range-reader.ts';
import { tokenInLog } from './venue-history.ts';

/** Where the cloud stands, and what is known of it. */
export interface Place {
  readonly epoch: number;
  readonly applianceId: string;
  readonly position: LogPosition;
  /** `from_start`: everything is to be copied; null: no copy is under way. */
  readonly copy: BootstrapCursor | 'from_start' | null;
  readonly tables: CloudTables;
  readonly quarantine: readonly RowName[];
}

export type Next =
  | { readonly kind: 'parcel'; readonly parcel: Parcel }
  /** The cloud has everything. */
  | { readonly kind: 'nothing' }
  /** The venue is not what it was: the handshake is to be made again. */
  | { readonly kind: 'again' }
  /** Nothing can be sent for now. */
  | {
      readonly kind: 'hold';
      readonly state: 'schema_behind' | 'catching_up';
      readonly detail: string;
      readonly pending: number;
    };

/** What is to be sent next, as of this view. */
export function nextParcel(view: VenueView, place: Place, changes: ChangeReader, pace: Pace): Next {
  const { life, head } = view;
  const { position } = place;
  if (life.epoch !== place.epoch || life.applianceId !== place.applianceId) return { kind: 'again' };
  if (head.seq < position.seq) return { kind: 'again' };
  const token = tokenInLog(view, position.seq);
  if (token !== null && token !== position.tok) return { kind: 'again' };
  if (life.capture === 'given_up') {
    const detail = 'the venue’s disk is full and changes are not logged: everything will be compared';
    return { kind: 'hold', state: 'catching_up', detail, pending: head.seq - position.seq };
  }
  const starts = place.copy === 'from_start';
  if (!starts && position.seq < life.floor) return { kind: 'again' };
  if (place.copy === null && head.seq === position.seq) return { kind: 'nothing' };

  // A copy that begins has everything up to now in it, so the log until now is of no more use.
  const news = starts
    ? { to: head, tables: [], unreadable: [], complete: true, commitAt: newestCommitOf(view), pending: 0 }
    : changes.read(view, position, pace.batch());
  const cursor = place.copy === 'from_start' ? firstCursor(view) : place.copy;
  const piece = cursor !== null && news.complete ? readPiece(view, cursor, pace.chunk()) : null;
  const rest = piece === null ? cursor : piece.cursor;
  const complete = news.complete && rest === null;
  const batch: Batch = {
    epoch: place.epoch,
    from: position,
    to: news.to,
    tables: news.tables,
    ranges: piece?.ranges ?? [],
    complete,
    commitAt: news.commitAt,
    pending: news.pending,
    state: rest !== null ? 'bootstrapping' : complete ? 'live' : 'catching_up',
    cursor: rest,
  };
  const unknown = unknownTable(batch, place.tables);
  if (unknown !== null) {
    const detail = `the cloud does not know the table ${unknown} yet`;
    return { kind: 'hold', state: 'schema_behind', detail, pending: head.seq - position.seq };
  }
  const quarantined = [...news.unreadable, ...(piece?.unreadable ?? [])].map(quarantineUnreadable);
  const mended = mendedBy(batch, place.quarantine);
  return { kind: 'parcel', parcel: { batch: fitted(batch, place.tables), quarantined, mended } };
}

/** Rows in quarantine that this batch brings, or says to be gone. */
function mendedBy({ tables, ranges }: Batch, quarantine: readonly RowName[]): RowName[] {
  if (quarantine.length === 0) return [];
  const held = new Map<string, Set<string>>();
  for (const { table, key } of quarantine) {
    const keys = held.get(table) ?? new Set();
    held.set(table, keys.add(key));
  }
  const named = (table: string, keys: readonly string[]): RowName[] =>
    keys.filter((key) => held.get(table)?.has(key)).map((key) => ({ table, key }));
  return [
    ...tables
      .filter(({ table }) => held.has(table))
      .flatMap((rows) =>
        named(rows.table, [
          ...rows.upserts.map((row) => keyJson(keyIn(rows, row))),
          ...rows.deletes.map(keyJson),
        ]),
      ),
    ...ranges
      .filter(({ table }) => held.has(table))
      .flatMap((range) =>
        named(
          range.table,
          range.rows.map((row) => keyJson(keyIn(range, row))),
        ),
      ),
  ];
}

function newestCommitOf(view: VenueView): number | null {
  const mark = view.rows('SELECT pk FROM change_log WHERE tbl = 0 ORDER BY seq DESC LIMIT 1').get() as
    | [number]
    | undefined;
  return mark?.[0] ?? null;
}
