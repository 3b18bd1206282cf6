import type { StoredValue, TableRows } from '../../src/shipping/batch.ts';

export const columns = ['id', 'name', 'phone', 'email', 'birth_year', 'photo', 'language', 'created_at'];

/** Rows of the venue's players: ids in the order of their making, as the appliance's are. */
export const playerRows = (from: number, count: number, name: string): StoredValue[][] =>
  Array.from({ length: count }, (_, at) => {
    const number = String(from + at).padStart(12, '0');
    return [
      `019f0000-0000-7000-8000-${number}`,
      `${name} ${number}`,
      `+1415${number.slice(-7)}`,
      null,
      1990,
      null,
      'en',
      1_760_000_000_000 + from + at,
    ];
  });

export const upserted = (rows: TableRows['upserts']): TableRows => ({
  table: 'players',
  key: ['id'],
  columns,
  upserts: rows,
  deletes: [],
});
