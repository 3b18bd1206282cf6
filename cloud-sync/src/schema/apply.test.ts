import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type PostgresConnection } from '../postgres/connection.ts';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';

let cloud: TestCloud;
let site: PostgresConnection;
beforeAll(async () => {
  cloud = await aCloud();
  site = await connect(await cloud.siteUrl('north'));
});
afterAll(async () => {
  await site.close();
  await cloud.stop();
});

test('a batch arrives', async () => {
  const hello = { name: 'North', profile: 'venue', appliance_id: 'a', epoch: 1, schema_version: '0016' };
  const shaken = await site.query('SELECT sync.handshake($1, $2) AS answer', [
    'north',
    JSON.stringify(hello),
  ]);
  expect(shaken.rows[0]).toMatchObject({ answer: { epoch: 1, seq: 0, tok: 0, state: 'bootstrapping' } });
  const batch = {
    epoch: 1,
    from: { seq: 0, tok: 0 },
    to: { seq: 5, tok: 77 },
    complete: true,
    commit_at: 1,
    pending: 0,
    state: 'live',
    cursor: null,
    tables: [
      {
        table: 'counters',
        columns: ['name', 'value'],
        upserts: [{ name: 'a', value: '9007199254740993' }],
        deletes: [{ name: 'b' }],
      },
    ],
    ranges: [
      {
        table: 'counters',
        after: ['k'],
        through: null,
        columns: ['name', 'value'],
        rows: [{ name: 'z', value: 3 }],
      },
    ],
  };
  await site.query('SELECT sync.apply($1, $2)', ['north', JSON.stringify(batch)]);
  expect(await cloud.sql('SELECT name, value FROM counters ORDER BY name')).toEqual([
    { name: 'a', value: 9007199254740993n },
    { name: 'z', value: 3 },
  ]);
  await expect(
    site.query('SELECT sync.apply($1, $2)', ['north', JSON.stringify(batch)]),
  ).rejects.toMatchObject({
    kind: 'fenced',
  });
});
