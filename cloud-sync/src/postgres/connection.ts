import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { asFailure, PostgresFailure } from './failure.ts';

export interface ConnectionSettings {
  /** Shown in `pg_stat_activity`. */
  readonly name?: string;
  /** For the way there, the handshake and the sign-in together. */
  readonly connectTimeoutMs?: number;
  /** By the server, for each statement. */
  readonly statementTimeoutMs?: number;
  /** By the server, for each lock. */
  readonly lockTimeoutMs?: number;
  /** By the server, between the statements of a transaction. */
  readonly idleInTransactionTimeoutMs?: number;
  /** By the server, until a client that does not acknowledge its bytes is given up. */
  readonly tcpUserTimeoutMs?: number;
  /**
   * By us, for each request and for each silence of a copy: a server that is gone without a word enforces nothing.
   * The connection is lost after it.
   */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
}

export type Value = string | number | bigint | boolean | Buffer | Date | null | readonly string[];

export interface Answer<Row> {
  readonly rows: Row[];
  /** Rows that came back, or that were changed. */
  readonly rowCount: number;
}

/** What came through `LISTEN`. */
export interface Notice {
  readonly channel: string;
  readonly payload: string;
}

/**
 * One session. Requests are made one after the other. All failures are `PostgresFailure`s; one of kind `retry` says
 * nothing about what the request did. Integers arrive as numbers, and as `bigint`s beyond 2^53.
 */
export interface PostgresConnection {
  query<Row = Record<string, unknown>>(text: string, values?: readonly Value[]): Promise<Answer<Row>>;
  /** `COPY … FROM STDIN`; answers the number of rows. */
  copyIn(text: string, chunks: Iterable<Buffer | string> | AsyncIterable<Buffer | string>): Promise<number>;
  /** `COPY … TO STDOUT`. */
  copyOut(text: string): AsyncIterable<Buffer>;
  /** Takes leave, which lasts as long as the deadline at most. */
  close(): Promise<void>;
  /** Ends it now. What is under way fails as `retry`. */
  destroy(): void;
  readonly isLost: boolean;
  onNotice(listener: (notice: Notice) => void): void;
  /** Called once: when it is over, and nobody asked for that. */
  onLost(listener: (failure: PostgresFailure) => void): void;
}

const initial = {
  name: 'dugout',
  connectTimeoutMs: 10_000,
  statementTimeoutMs: 60_000,
  lockTimeoutMs: 20_000,
  idleInTransactionTimeoutMs: 60_000,
  tcpUserTimeoutMs: 30_000,
};
const keepAliveAfterMs = 10_000;
/** What the server's own timeouts need to be heard of. */
const deadlineMarginMs = 5_000;

const bigIntegers = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === bigIntegers
      ? toInteger
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};
function toInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** Rejects with a `PostgresFailure`; nothing is left open then. */
export async function connect(url: string, settings: ConnectionSettings = {}): Promise<PostgresConnection> {
  const { clock = systemClock, ...given } = settings;
  const limits = { ...initial, ...given };
  const deadlineMs = limits.deadlineMs ?? limits.statementTimeoutMs + deadlineMarginMs;
  let client: pg.Client;
  try {
    client = new pg.Client({
      connectionString: url,
      application_name: limits.name,
      statement_timeout: limits.statementTimeoutMs,
      lock_timeout: limits.lockTimeoutMs,
      idle_in_transaction_session_timeout: limits.idleInTransactionTimeoutMs,
      options: `-c tcp_user_timeout=${limits.tcpUserTimeoutMs} -c tcp_keepalives_idle=${keepAliveAfterMs / 1_000}`,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveAfterMs,
      types,
    });
  } catch (error) {
    throw new PostgresFailure('the address of the database is not one', 'refused', error);
  }

  let over: PostgresFailure | undefined;
  let closing = false;
  const { promise: lost, reject: lose } = Promise.withResolvers<never>();
  lost.catch(() => {});
  const lostListeners: ((failure: PostgresFailure) => void)[] = [];
  const end = (failure: PostgresFailure) => {
    if (over !== undefined) return;
    over = failure;
    lose(failure);
    socketOf(client).destroy();
    if (!closing) for (const listener of lostListeners) listener(failure);
  };
  // pg tells of a lost connection twice, and after its end too: without a listener each would end the process.
  client.on('error', (error) => end(lostBy(error)));
  client.on('end', () => end(new PostgresFailure('the connection was closed', 'retry')));

  const within = async <Result>(ms: number, what: string, work: Promise<Result>): Promise<Result> => {
    work.catch(() => {});
    const cancel = clock.deadline(ms, () => end(new PostgresFailure(`no ${what} within ${ms} ms`, 'retry')));
    try {
      return await Promise.race([work, lost]);
    } catch (error) {
      if (endsSession(error)) end(lostBy(error));
      throw over ?? asFailure(error);
    } finally {
      cancel();
    }
  };

  try {
    await within(limits.connectTimeoutMs, 'connection', client.connect());
  } catch (error) {
    const failure = asFailure(error);
    closing = true;
    end(failure);
    throw failure;
  }

  /** A copy has no length to foresee: each piece must move within the deadline. */
  async function* watched<Piece>(pieces: AsyncIterable<Piece>): AsyncGenerator<Piece> {
    const iterator = pieces[Symbol.asyncIterator]();
    let whole = false;
    try {
      for (;;) {
        const next = await within(deadlineMs, 'data', iterator.next());
        whole = next.done === true;
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      // Half a copy cannot be taken back without its connection.
      if (!whole) end(new PostgresFailure('a copy was left before its end', 'retry'));
    }
  }

  return {
    async query<Row>(text: string, values: readonly Value[] = []) {
      if (over !== undefined) throw over;
      const result = await within(deadlineMs, 'answer', client.query({ text, values: [...values] }));
      return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
    },
    async copyIn(text, chunks) {
      if (over !== undefined) throw over;
      const stream = client.query(copyFrom(text));
      const source = Readable.from(moving(chunks), { objectMode: false });
      let cancel = () => {};
      const watch = () => {
        cancel();
        cancel = clock.deadline(deadlineMs, () => end(new PostgresFailure('a copy stood still', 'retry')));
      };
      async function* moving(all: typeof chunks) {
        for await (const chunk of all) {
          watch();
          yield chunk;
        }
        watch();
      }
      watch();
      const work = pipeline(source, stream);
      work.catch(() => {});
      try {
        await Promise.race([work, lost]);
        return stream.rowCount;
      } catch (error) {
        source.destroy();
        if (endsSession(error)) end(lostBy(error));
        throw over ?? asFailure(error);
      } finally {
        cancel();
      }
    },
    copyOut(text) {
      if (over !== undefined) throw over;
      return watched(client.query(copyTo(text)));
    },
    async close() {
      if (over !== undefined) return;
      closing = true;
      await within(deadlineMs, 'farewell', client.end()).catch(() => {});
      end(new PostgresFailure('the connection was closed', 'retry'));
    },
    destroy() {
      closing = true;
      end(new PostgresFailure('the connection was given up', 'retry'));
    },
    get isLost() {
      return over !== undefined;
    },
    onNotice(listener) {
      client.on('notification', ({ channel, payload }) => listener({ channel, payload: payload ?? '' }));
    },
    onLost(listener) {
      lostListeners.push(listener);
    },
  };
}

/** A server that ends a session tells so with an error; whatever its class, the connection is what was lost. */
function lostBy(error: unknown): PostgresFailure {
  const { message, kind } = asFailure(error);
  return new PostgresFailure(message, kind === 'refused' ? kind : 'retry', error);
}

/**
 * What a server says before it closes a session (connection_exception, admin_shutdown and its like,
 * idle_in_transaction_session_timeout), a moment before that shows.
 */
function endsSession(error: unknown): boolean {
  const { code } = asFailure(error);
  return code !== null && /^(?:08...|57P0.|25P0[34])$/u.test(code);
}

const socketOf = (client: pg.Client) =>
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;

/** Work on a connection of its own. */
export async function withConnection<Result>(
  url: string,
  settings: ConnectionSettings,
  work: (connection: PostgresConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(url, settings);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** All of it or nothing; what `work` throws is thrown. */
export async function inTransaction<Result>(
  connection: PostgresConnection,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.query('BEGIN');
  try {
    const result = await work();
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    if (!connection.isLost) await connection.query('ROLLBACK');
    throw error;
  }
}
