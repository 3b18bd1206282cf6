import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { type ConnectionSettings, connect, inTransaction, type PostgresConnection } from './connection.ts';
import type { PostgresFailure } from './failure.ts';

let cloud: TestCloud;
const open: PostgresConnection[] = [];
const connected = async (settings?: ConnectionSettings, url = cloud.ownerUrl) => {
  const connection = await connect(url, settings);
  open.push(connection);
  return connection;
};
const endSession = (connection: PostgresConnection) =>
  connection
    .query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    .then(({ rows }) => cloud.sql('SELECT pg_terminate_backend($1)', [rows[0]?.pid ?? 0]));

beforeAll(async () => {
  cloud = await aCloud();
});
afterAll(() => cloud.stop());
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});

describe('values', () => {
  test('integers are exact', async () => {
    const { rows } = await (await connected()).query(
      `SELECT 5::bigint AS small, 9007199254740991::bigint AS safe, 9007199254740993::bigint AS large,
         (-9223372036854775808)::bigint AS least, -0.0::float8 AS zero, '\\x00ff'::bytea AS bytes`,
    );
    expect(rows).toEqual([
      {
        small: 5,
        safe: 9_007_199_254_740_991,
        large: 9_007_199_254_740_993n,
        least: -9_223_372_036_854_775_808n,
        zero: -0,
        bytes: Buffer.from([0, 255]),
      },
    ]);
  });

  test('are copied in and out', async () => {
    const connection = await connected();
    await connection.query('CREATE TEMPORARY TABLE copied (a bigint, b text)');
    async function* chunks() {
      yield '1\ta\n2\t';
      yield Buffer.from('é\n');
    }
    expect(await connection.copyIn('COPY copied FROM STDIN', chunks())).toBe(2);
    const pieces: Buffer[] = [];
    for await (const piece of connection.copyOut('COPY copied TO STDOUT')) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('1\ta\n2\té\n');
    expect((await connection.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('that are refused in a copy leave the connection as it was', async () => {
    const connection = await connected();
    await connection.query('CREATE TEMPORARY TABLE copied (a bigint)');
    await expect(connection.copyIn('COPY copied FROM STDIN', ['x\n'])).rejects.toMatchObject({
      kind: 'data',
      code: '22P02',
    });
    expect((await connection.query('SELECT count(*) FROM copied')).rows).toEqual([{ count: 0 }]);
  });

  test('a copy whose source fails is not made', async () => {
    const connection = await connected();
    await cloud.sql('CREATE TABLE copied (a bigint)');
    async function* chunks() {
      yield '1\n';
      throw new Error('the disk is gone');
    }
    await expect(connection.copyIn('COPY copied FROM STDIN', chunks())).rejects.toThrow();
    expect(await cloud.sql('SELECT a FROM copied')).toEqual([]);
  });
});

describe('a transaction', () => {
  test('is taken back when its work fails', async () => {
    const connection = await connected();
    await connection.query('CREATE TEMPORARY TABLE work (a bigint)');
    const failing = inTransaction(connection, async () => {
      await connection.query('INSERT INTO work VALUES (1)');
      throw new Error('no more');
    });
    await expect(failing).rejects.toThrow('no more');
    expect((await connection.query('SELECT count(*) FROM work')).rows).toEqual([{ count: 0 }]);
  });

  test('whose connection is lost at COMMIT is not said to be done', async () => {
    const gate = await aGate(cloud.ownerUrl);
    const connection = await connected({}, gate.url);
    await cloud.sql('CREATE TABLE committed (a bigint)');
    await connection.query('BEGIN');
    await connection.query('INSERT INTO committed VALUES (1)');
    gate.loseTheNextAnswer();
    await expect(connection.query('COMMIT')).rejects.toMatchObject({
      name: 'PostgresFailure',
      kind: 'retry',
    });
    expect(connection.isLost).toBe(true);
    await until(async () => (await cloud.sql('SELECT a FROM committed')).length === 1);
    await gate.close();
  });
});

describe('a connection', () => {
  test('that is lost fails what is under way, says so once, and fails whatever comes after', async () => {
    const connection = await connected();
    const lost: PostgresFailure[] = [];
    connection.onLost((failure) => lost.push(failure));
    const waiting = expect(connection.query('SELECT pg_sleep(600)')).rejects.toMatchObject({ kind: 'retry' });
    await until(async () => {
      const ended = await cloud.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'",
      );
      return ended.length > 0;
    });
    await waiting;
    expect(lost).toMatchObject([{ kind: 'retry' }]);
    await expect(connection.query('SELECT 1')).rejects.toMatchObject({ kind: 'retry' });
    await connection.close();
    expect(lost).toHaveLength(1);
  });

  test('that is lost while nothing is under way is noticed', async () => {
    const connection = await connected();
    const { promise, resolve } = Promise.withResolvers<PostgresFailure>();
    connection.onLost(resolve);
    await endSession(connection).catch(() => {});
    expect(await promise).toMatchObject({ kind: 'retry' });
  });

  test('that was closed or given up is not lost', async () => {
    const lost: unknown[] = [];
    for (const end of ['close', 'destroy'] as const) {
      const connection = await connected();
      connection.onLost((failure) => lost.push(failure));
      await connection[end]();
      await expect(connection.query('SELECT 1')).rejects.toMatchObject({ kind: 'retry' });
    }
    expect(lost).toEqual([]);
  });

  test('that goes silent is given up at the deadline', async () => {
    const gate = await aGate(cloud.ownerUrl);
    const connection = await connected({ deadlineMs: 300 }, gate.url);
    gate.freeze();
    await expect(connection.query('SELECT 1')).rejects.toThrow('no answer within 300 ms');
    expect(connection.isLost).toBe(true);
    await gate.close();
  });

  test('that never comes about is given up, too', async () => {
    const gate = await aGate(cloud.ownerUrl);
    gate.freeze();
    await expect(connect(gate.url, { connectTimeoutMs: 300 })).rejects.toMatchObject({
      kind: 'retry',
      message: 'no connection within 300 ms',
    });
    await gate.close();
  });

  test('hears what it listens for', async () => {
    const connection = await connected();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    connection.onNotice(resolve);
    await connection.query('LISTEN bell');
    await cloud.sql("NOTIFY bell, 'for you'");
    expect(await promise).toEqual({ channel: 'bell', payload: 'for you' });
  });

  test('has the server’s own timeouts set', async () => {
    const connection = await connected({ statementTimeoutMs: 1_000, lockTimeoutMs: 2_000 });
    const { rows } = await connection.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
         current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('tcp_user_timeout') AS tcp`,
    );
    expect(rows).toEqual([{ statement: '1s', lock: '2s', idle: '1min', tcp: '30000' }]);
  });

  test.each([
    ['the password is wrong', (url: URL) => Object.assign(url, { password: 'wrong' }), '28P01'],
    ['there is no such database', (url: URL) => Object.assign(url, { pathname: '/nowhere' }), '3D000'],
  ])('is refused when %s', async (_why, change, code) => {
    await expect(connect(change(new URL(cloud.ownerUrl)).href)).rejects.toMatchObject({
      kind: 'refused',
      code,
    });
  });

  test('to where nobody listens may come about later', async () => {
    const gate = await aGate(cloud.ownerUrl);
    await gate.close();
    await expect(connect(gate.url)).rejects.toMatchObject({ kind: 'retry', code: 'ECONNREFUSED' });
  });
});

/** A way to Postgres that can lose things. */
async function aGate(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let frozen = false;
  let losing = false;
  const server = createServer((near) => {
    const far = createConnection(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    near.on('data', (data) => void (frozen || far.write(data)));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    far.on('data', (data) => {
      if (losing) near.destroy();
      else if (!frozen) near.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(target);
  url.port = typeof address === 'object' && address !== null ? String(address.port) : '';
  return {
    url: url.href,
    freeze: () => {
      frozen = true;
    },
    loseTheNextAnswer: () => {
      losing = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}
