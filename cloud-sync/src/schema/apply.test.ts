import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect, type PostgresConnection } from '../postgres/connection.ts';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { applyBatch, shakeHands, start } from '../testing/batches.ts';

let cloud: TestCloud;
let number = 0;
let siteId: string;
let site: PostgresConnection;
const open: PostgresConnection[] = [];

const anotherConnection = async () => {
  const connection = await connect(await cloud.siteUrl(siteId));
  open.push(connection);
  return connection;
};
const counters = () =>
  cloud.sql<{ name: string; value: number }>(
    'SELECT name, value FROM counters WHERE site_id = $1 ORDER BY name',
    [siteId],
  );
const counter = (name: string, value: number) => ({ name, value });
const place = async () => {
  const [row] = await cloud.sql('SELECT seq, tok, state, consistent_seq FROM sync.site WHERE site_id = $1', [
    siteId,
  ]);
  return row;
};

beforeAll(async () => {
  cloud = await aCloud();
  // No table of the appliance has a key of more than one column yet.
  await cloud.sql(`CREATE TABLE public.seats (site_id text COLLATE "C", "row" text COLLATE "C", seat bigint, guest text,
    _extra json, PRIMARY KEY (site_id, "row", seat))`);
  await cloud.sql(`INSERT INTO sync.replica_table VALUES ('seats', '{row,seat}',
    '[{"name":"row","type":"text"},{"name":"seat","type":"bigint"},{"name":"guest","type":"text"}]')`);
  await cloud.sql('GRANT SELECT, INSERT, UPDATE, DELETE ON public.seats TO dugout_site');
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  number += 1;
  siteId = `site-${number}`;
  site = await anotherConnection();
  await shakeHands(site, siteId);
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});

describe('the place in the history', () => {
  test('moves with the rows, in one transaction', async () => {
    const upserts = [counter('a', 1), counter('b', 2)];
    await applyBatch(site, siteId, {
      from: start,
      to: { seq: 9, tok: 5 },
      tables: [{ table: 'counters', upserts }],
    });
    expect(await counters()).toEqual(upserts);
    expect(await place()).toEqual({ seq: 9, tok: 5, state: 'live', consistent_seq: 9 });
    const refused = [{ name: 'c', value: 'not a number' }];
    const failing = {
      from: { seq: 9, tok: 5 },
      to: { seq: 10, tok: 6 },
      tables: [{ table: 'counters', upserts: refused }],
    };
    await expect(applyBatch(site, siteId, failing)).rejects.toMatchObject({ kind: 'data', code: '22P02' });
    expect(await place()).toMatchObject({ seq: 9, tok: 5 });
  });

  test('a batch that comes a second time is fenced, and told where the cloud stands', async () => {
    const batch = {
      from: start,
      to: { seq: 3, tok: 33 },
      tables: [{ table: 'counters', upserts: [counter('a', 1)] }],
    };
    await applyBatch(site, siteId, batch);
    await cloud.sql('UPDATE counters SET value = 7 WHERE site_id = $1', [siteId]);
    const again = applyBatch(site, siteId, batch);
    await expect(again).rejects.toMatchObject({ kind: 'fenced', code: 'DG001' });
    const { detail } = (await again.catch((error: unknown) => error)) as { detail: string };
    expect(JSON.parse(detail)).toEqual({ epoch: 1, seq: 3, tok: 33, appliance_id: 'first' });
    expect(await counters()).toEqual([counter('a', 7)]);
  });

  test.each([
    ['another epoch', { epoch: 2 }],
    ['another token', { from: { seq: 0, tok: 1 } }],
    ['another number', { from: { seq: 1, tok: 0 } }],
  ])('a batch with %s is fenced', async (_what, changes) => {
    await expect(
      applyBatch(site, siteId, { from: start, to: { seq: 1, tok: 1 }, ...changes }),
    ).rejects.toMatchObject({
      kind: 'fenced',
    });
  });

  test('of two rivals at one place exactly one goes on', async () => {
    const rival = await anotherConnection();
    await site.query('BEGIN');
    const mine = {
      from: start,
      to: { seq: 1, tok: 10 },
      tables: [{ table: 'counters', upserts: [counter('mine', 1)] }],
    };
    await applyBatch(site, siteId, mine);
    const theirs = applyBatch(rival, siteId, {
      from: start,
      to: { seq: 1, tok: 20 },
      tables: [{ table: 'counters', upserts: [counter('theirs', 1)] }],
    });
    const outcome = expect(theirs).rejects.toMatchObject({ kind: 'fenced' });
    await untilOneWaits();
    await site.query('COMMIT');
    await outcome;
    expect(await counters()).toEqual([counter('mine', 1)]);
  });

  test('a rival goes on when the other one takes its step back', async () => {
    const rival = await anotherConnection();
    await site.query('BEGIN');
    await applyBatch(site, siteId, { from: start, to: { seq: 1, tok: 10 } });
    const theirs = applyBatch(rival, siteId, { from: start, to: { seq: 1, tok: 20 } });
    await untilOneWaits();
    await site.query('ROLLBACK');
    await theirs;
    expect(await place()).toMatchObject({ tok: 20 });
  });

  test('a part of a catch-up moves it, and not what is known to be whole', async () => {
    await applyBatch(site, siteId, { from: start, to: { seq: 4, tok: 4 }, complete: false });
    expect(await place()).toMatchObject({ seq: 4, consistent_seq: 0 });
  });
});

describe('the rows of a batch', () => {
  const ship = (batch: Omit<Parameters<typeof applyBatch>[2], 'from' | 'to'>) =>
    applyBatch(site, siteId, { from: start, to: start, ...batch });

  test('a key that was deleted and made again stays', async () => {
    await ship({ tables: [{ table: 'counters', upserts: [counter('a', 1), counter('b', 1)] }] });
    await ship({
      tables: [{ table: 'counters', upserts: [counter('a', 2)], deletes: [{ name: 'a' }, { name: 'b' }] }],
    });
    expect(await counters()).toEqual([counter('a', 2)]);
  });

  test('an older column list leaves newer columns as they are', async () => {
    await ship({ tables: [{ table: 'seats', upserts: [{ row: 'A', seat: 1, guest: 'Ada' }] }] });
    await ship({ tables: [{ table: 'seats', upserts: [{ row: 'A', seat: 1 }] }] });
    await ship({ tables: [{ table: 'seats', upserts: [{ row: 'A', seat: 1, _extra: '{"shoe":"38"}' }] }] });
    expect(await cloud.sql('SELECT guest, _extra FROM seats WHERE site_id = $1', [siteId])).toEqual([
      { guest: 'Ada', _extra: { shoe: '38' } },
    ]);
  });

  test('a row that is there already is not written again', async () => {
    const tables = [{ table: 'counters', upserts: [counter('a', 1)] }];
    const version = () =>
      cloud.sql('SELECT xmin::text, ctid::text FROM counters WHERE site_id = $1', [siteId]);
    await ship({ tables });
    const before = await version();
    await ship({ tables });
    expect(await version()).toEqual(before);
  });

  test.each([
    ['a table', { table: 'moods', upserts: [{ id: 'a' }] }],
    ['a column', { table: 'counters', upserts: [{ name: 'a', value: 1, mood: 'x' }] }],
    ['a column of the cloud’s own', { table: 'counters', upserts: [{ name: 'a', value: 1, site_id: 'x' }] }],
    ['a table to delete from', { table: 'moods', deletes: [{ id: 'a' }] }],
  ])('%s that the cloud does not know is an error of the schema', async (_what, changes) => {
    await expect(ship({ tables: [changes] })).rejects.toMatchObject({ kind: 'schema', code: 'DG002' });
  });

  test('who shook hands before the cloud learnt more has to do it again', async () => {
    const { catalogue } = await shakeHands(site, siteId);
    await ship({ catalogue });
    await expect(ship({ catalogue: catalogue - 1 })).rejects.toMatchObject({ kind: 'schema', code: 'DG002' });
  });

  test('the bell rings for results of commands alone', async () => {
    const rings: string[] = [];
    const listener = await anotherConnection();
    listener.onNotice(({ channel, payload }) => rings.push(`${channel} ${payload}`));
    await listener.query('LISTEN dugout_results');
    await ship({ tables: [{ table: 'counters', upserts: [counter('a', 1)] }] });
    await listener.query('SELECT 1');
    expect(rings).toEqual([]);
  });
});

describe('a range', () => {
  const seat = (row: string, number: number, guest = 'Ada') => ({ row, seat: number, guest });
  const all = [seat('A', 1), seat('A', 2), seat('A', 10), seat('B', 1), seat('a', 1), seat('é', 1)];
  const replace = (
    after: readonly [string, number] | null,
    through: readonly [string, number] | null,
    rows: ReturnType<typeof seat>[],
  ) =>
    applyBatch(site, siteId, {
      from: start,
      to: start,
      ranges: [{ table: 'seats', after, through, columns: ['row', 'seat', 'guest'], rows }],
    });
  const seats = () =>
    cloud.sql('SELECT "row", seat, guest FROM seats WHERE site_id = $1 ORDER BY "row", seat', [siteId]);

  beforeEach(() =>
    applyBatch(site, siteId, { from: start, to: start, tables: [{ table: 'seats', upserts: all }] }),
  );

  test('becomes its rows, and nothing outside of it changes', async () => {
    await replace(['A', 1], ['B', 1], [seat('A', 2, 'Bo'), seat('A', 7)]);
    expect(await seats()).toEqual([
      seat('A', 1),
      seat('A', 2, 'Bo'),
      seat('A', 7),
      seat('a', 1),
      seat('é', 1),
    ]);
  });

  test('has no beginning, or no end', async () => {
    await replace(null, ['A', 2], []);
    expect(await seats()).toEqual(all.slice(2));
    await replace(['a', 1], null, []);
    expect(await seats()).toEqual([seat('A', 10), seat('B', 1), seat('a', 1)]);
  });

  test('that is the whole table leaves other sites alone', async () => {
    const before = await cloud.sql('SELECT count(*) FROM seats WHERE site_id <> $1', [siteId]);
    await replace(null, null, [seat('Z', 1)]);
    expect(await seats()).toEqual([seat('Z', 1)]);
    expect(await cloud.sql('SELECT count(*) FROM seats WHERE site_id <> $1', [siteId])).toEqual(before);
  });
});

describe('a handshake', () => {
  test('tells where the cloud stands, and what it knows', async () => {
    await applyBatch(site, siteId, { from: start, to: { seq: 3, tok: 9 } });
    const answer = await shakeHands(site, siteId);
    expect(answer).toMatchObject({
      epoch: 1,
      seq: 3,
      tok: 9,
      state: 'live',
      consistent_seq: 3,
      appliance_id: 'first',
    });
    expect(answer.tables.find(({ name }) => name === 'counters')).toEqual({
      name: 'counters',
      key: ['name'],
      columns: [
        { name: 'name', type: 'text' },
        { name: 'value', type: 'bigint' },
      ],
    });
  });

  test.each([
    ['a twin', { appliance_id: 'second' }],
    ['one of another epoch', { epoch: 2 }],
  ])('of %s changes nothing', async (_who, hello) => {
    const answer = await shakeHands(site, siteId, { ...hello, name: 'Elsewhere' });
    expect(answer).toMatchObject({ epoch: 1, appliance_id: 'first' });
    expect(await cloud.sql('SELECT name FROM sync.site WHERE site_id = $1', [siteId])).toEqual([
      { name: 'North Stand' },
    ]);
  });

  test('makes the appliance known where none is', async () => {
    await cloud.sql('UPDATE sync.site SET appliance_id = NULL, epoch = 2 WHERE site_id = $1', [siteId]);
    expect(await shakeHands(site, siteId, { appliance_id: 'new', epoch: 2 })).toMatchObject({
      appliance_id: 'new',
    });
  });

  test('does not make old data look new', async () => {
    await cloud.sql('UPDATE sync.site SET heartbeat_at = 1 WHERE site_id = $1', [siteId]);
    await shakeHands(site, siteId);
    expect(await cloud.sql('SELECT heartbeat_at FROM sync.site WHERE site_id = $1', [siteId])).toEqual([
      { heartbeat_at: 1 },
    ]);
  });
});

describe('a heartbeat', () => {
  const beat = async (status: object) => {
    const { rows } = await site.query<{ answer: { taken: boolean } }>(
      'SELECT sync.heartbeat($1, $2) AS answer',
      [siteId, JSON.stringify(status)],
    );
    return rows[0]?.answer.taken;
  };

  test('says how the venue is', async () => {
    const status = { epoch: 1, appliance_id: 'first', state: 'catching_up', detail: null, pending: 12 };
    expect(await beat(status)).toBe(true);
    expect(await cloud.sql('SELECT state, pending FROM sync.site WHERE site_id = $1', [siteId])).toEqual([
      { state: 'catching_up', pending: 12 },
    ]);
  });

  test('of a fenced venue says so, and does not make old data look new', async () => {
    await cloud.sql('UPDATE sync.site SET heartbeat_at = 1 WHERE site_id = $1', [siteId]);
    const status = { epoch: 1, appliance_id: 'first', state: 'fenced', detail: 'set back', pending: 0 };
    expect(await beat(status)).toBe(true);
    expect(await cloud.sql('SELECT state, heartbeat_at FROM sync.site WHERE site_id = $1', [siteId])).toEqual(
      [{ state: 'fenced', heartbeat_at: 1 }],
    );
  });

  test('of a twin is not taken', async () => {
    expect(await beat({ epoch: 1, appliance_id: 'second', state: 'live', detail: null, pending: 0 })).toBe(
      false,
    );
    expect(await place()).toMatchObject({ state: 'bootstrapping' });
  });
});

/** Until a session of the test's database waits for a lock. */
async function untilOneWaits(): Promise<void> {
  for (;;) {
    const [row] = await cloud.sql<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (row !== undefined && row.waiting > 0) return;
  }
}
