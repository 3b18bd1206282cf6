import { allTables } from '@dugout/appliance/tables';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { migrateCloud } from './migrate-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await aCloud();
});
afterAll(() => cloud.stop());

test('a second time there is nothing to do', async () => {
  expect(await migrateCloud(cloud.ownerUrl)).toEqual({ applied: [], roles: true });
  const tables = await cloud.sql<{ name: string }>('SELECT name FROM sync.replica_table');
  const replicated = allTables.filter(({ replication }) => replication === 'replicated');
  expect(tables.map(({ name }) => name).sort()).toEqual(replicated.map(({ name }) => name).sort());
});
