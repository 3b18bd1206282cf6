import { Problem } from '@dugout/appliance/platform/errors.ts';
import { createFakeClock } from '@dugout/appliance/testing/fake-clock.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PostgresConnection } from '../postgres/connection.ts';
import { PostgresFailure } from '../postgres/failure.ts';
import { createConnections } from './connections.ts';

const size = 4;
let clock: ReturnType<typeof createFakeClock>;
let opened: { isLost: boolean; asked: string[] }[];
let connections: ReturnType<typeof createConnections>;

const connect = async () => {
  const connection = {
    isLost: false,
    asked: [] as string[],
    async query(text: string) {
      connection.asked.push(text);
      return { rows: [], rowCount: 0 };
    },
    destroy() {
      connection.isLost = true;
    },
  };
  opened.push(connection);
  return connection as unknown as PostgresConnection;
};

beforeEach(() => {
  clock = createFakeClock();
  opened = [];
  connections = createConnections({ url: '', clock, connect, size, waitMs: 3_000 });
});

/** Work that lasts until it is told to end. */
function lasting(share: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let began = false;
  const done = connections.use(share, async () => {
    began = true;
    await promise;
  });
  done.catch(() => {});
  return { end: resolve, done, began: () => began };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));
const unavailable = { kind: { code: 'replica_unavailable' } };

test('a connection is used again, and has the replica’s rights and no others', async () => {
  for (let turn = 0; turn < 3; turn += 1) await connections.use('a', (one) => one.query('SELECT 1'));
  expect(opened.map(({ asked }) => asked)).toEqual([
    ['SET ROLE dugout_replica', 'SELECT 1', 'SELECT 1', 'SELECT 1'],
  ]);
});

describe('there are so many and no more', () => {
  test('of which one site leaves a part to the others', async () => {
    const greedy = Array.from({ length: 10 }, () => lasting('a'));
    const other = lasting('b');
    await settle();
    expect(greedy.filter(({ began }) => began())).toHaveLength(3);
    expect(other.began()).toBe(true);
    for (const one of [...greedy, other]) one.end();
    await Promise.all([...greedy, other].map(({ done }) => done));
    expect(opened).toHaveLength(4);
  });

  test('and who waits too long is told so', async () => {
    const busy = Array.from({ length: 3 }, () => lasting('a'));
    await settle();
    const late = lasting('a');
    const refused = expect(late.done).rejects.toMatchObject(unavailable);
    await clock.advance(3_000);
    await refused;
    const patient = lasting('a');
    await clock.advance(2_000);
    busy[0]?.end();
    await settle();
    expect(patient.began()).toBe(true);
    for (const one of [...busy, patient]) one.end();
  });

  test('and who comes when too many wait is told so at once', async () => {
    const all = Array.from({ length: 503 }, () => lasting('a'));
    await expect(lasting('a').done).rejects.toMatchObject(unavailable);
    for (const one of all) one.end();
  });
});

describe('after work that failed', () => {
  const fail = (error: unknown) => connections.use('a', () => Promise.reject(error));

  test('the connection is thrown away, and its place is free', async () => {
    for (let turn = 0; turn < 10; turn += 1) await expect(fail(new Error('oh'))).rejects.toThrow('oh');
    expect(opened.every(({ isLost }) => isLost)).toBe(true);
    expect([opened.length, connections.inUse()]).toEqual([10, 0]);
  });

  test('a database that is at fault is told of as unavailable, and nothing else is', async () => {
    await expect(fail(new PostgresFailure('gone', 'retry'))).rejects.toMatchObject(unavailable);
    await expect(fail(new PostgresFailure('bad', 'data'))).rejects.toMatchObject({ kind: 'data' });
    await expect(fail(new Problem({ ...unavailable.kind, code: 'mine' } as never))).rejects.toMatchObject({
      kind: { code: 'mine' },
    });
  });

  test('a connection that was lost while nobody used it is not handed out', async () => {
    await connections.use('a', async () => {});
    for (const one of opened) one.isLost = true;
    await connections.use('a', async () => {});
    expect(opened).toHaveLength(2);
  });
});
