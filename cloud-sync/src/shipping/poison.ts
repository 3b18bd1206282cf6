import type { PostgresFailure } from '../postgres/failure.ts';
import type { Batch } from './batch.ts';
import { keyJson } from './json-encoding.ts';
import { imageOf, keyIn, type Parcel, type QuarantinedRow } from './parcel.ts';

/** One row of a batch: the place of its part, and its place there. */
interface Grain {
  readonly kind: 'upserts' | 'deletes' | 'ranges';
  readonly part: number;
  readonly row: number;
}

/**
 * Finds the rows of a parcel that the cloud refuses by trying halves, and answers the parcel without them: they are
 * quarantined instead. `probe` answers what is wrong with a parcel, or null. A key that the cloud cannot hold was
 * never there, so its deletion is left out and that is all.
 */
export async function withoutPoison(
  parcel: Parcel,
  probe: (parcel: Parcel) => Promise<PostgresFailure | null>,
): Promise<Parcel> {
  const poison: [Grain, PostgresFailure][] = [];
  const search = async (grains: readonly Grain[]): Promise<void> => {
    const failure = await probe({ batch: only(parcel.batch, grains), quarantined: [], mended: [] });
    if (failure === null) return;
    const [first] = grains;
    if (first === undefined) throw failure;
    if (grains.length === 1) {
      poison.push([first, failure]);
      return;
    }
    const middle = grains.length >> 1;
    await search(grains.slice(0, middle));
    await search(grains.slice(middle));
  };
  const all = grainsOf(parcel.batch);
  await search(all);
  const bad = new Set(poison.map(([grain]) => grain));
  const held = poison.flatMap(([grain, failure]) => quarantined(parcel.batch, grain, failure));
  const names = new Set(held.map(({ table, key }) => `${table} ${key}`));
  return {
    batch: only(
      parcel.batch,
      all.filter((grain) => !bad.has(grain)),
    ),
    quarantined: [...parcel.quarantined, ...held],
    mended: parcel.mended.filter(({ table, key }) => !names.has(`${table} ${key}`)),
  };
}

function grainsOf({ tables, ranges }: Batch): Grain[] {
  const grains = (kind: Grain['kind'], part: number, rows: readonly unknown[]): Grain[] =>
    rows.map((_, row) => ({ kind, part, row }));
  return [
    ...tables.flatMap(({ upserts, deletes }, part) => [
      ...grains('deletes', part, deletes),
      ...grains('upserts', part, upserts),
    ]),
    ...ranges.flatMap(({ rows }, part) => grains('ranges', part, rows)),
  ];
}

/** The batch with these rows alone. */
function only(batch: Batch, grains: readonly Grain[]): Batch {
  const kept = new Set(grains.map(({ kind, part, row }) => `${kind} ${part} ${row}`));
  const pick = <Row>(kind: Grain['kind'], part: number, rows: readonly Row[]): Row[] =>
    rows.filter((_, row) => kept.has(`${kind} ${part} ${row}`));
  return {
    ...batch,
    tables: batch.tables.map((table, part) => ({
      ...table,
      upserts: pick('upserts', part, table.upserts),
      deletes: pick('deletes', part, table.deletes),
    })),
    ranges: batch.ranges.map((range, part) => ({ ...range, rows: pick('ranges', part, range.rows) })),
  };
}

function quarantined(batch: Batch, { kind, part, row }: Grain, failure: PostgresFailure): QuarantinedRow[] {
  if (kind === 'deletes') return [];
  const rows = kind === 'upserts' ? batch.tables[part] : batch.ranges[part];
  const values = kind === 'upserts' ? batch.tables[part]?.upserts[row] : batch.ranges[part]?.rows[row];
  if (rows === undefined || values === undefined) return [];
  return [
    {
      table: rows.table,
      key: keyJson(keyIn(rows, values)),
      error: `${failure.code ?? ''} ${failure.message}`.trim(),
      image: imageOf(rows.columns, values),
    },
  ];
}
