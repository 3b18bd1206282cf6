import { type Clock, sleep } from '@dugout/appliance/platform/clock.ts';
import { Problem } from '@dugout/appliance/platform/errors.ts';
import type { ConnectionSettings, PostgresConnection } from '../postgres/connection.ts';
import { PostgresFailure } from '../postgres/failure.ts';
import { replicaProblems } from './replica-problems.ts';

export interface ConnectionsOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly connect: (url: string, settings: ConnectionSettings) => Promise<PostgresConnection>;
  /** Open at most. One site has three quarters of them at most. */
  readonly size?: number;
  /** How long somebody waits for one of them. */
  readonly waitMs?: number;
}

interface Waiting {
  readonly share: string;
  go(): void;
}

const mayWait = 500;
/** Nobody is kept waiting for longer by a Postgres that does not answer. */
export const replicaLimits: ConnectionSettings = {
  name: 'dugout replica',
  connectTimeoutMs: 3_000,
  statementTimeoutMs: 5_000,
  lockTimeoutMs: 3_000,
  idleInTransactionTimeoutMs: 10_000,
  deadlineMs: 6_000,
};
const retryAfterSeconds = 2;

export const unavailable = (cause?: unknown): Problem => {
  const problem = new Problem(replicaProblems.replica_unavailable, undefined, {
    retry_after_seconds: retryAfterSeconds,
  });
  problem.cause = cause;
  return problem;
};

/**
 * Connections to the cloud's database, a bounded number, each for one piece of work at a time. What is wrong with the
 * database itself is told as `replica_unavailable`, in seconds; a connection on which work failed is thrown away.
 */
export function createConnections({ url, clock, connect, size = 12, waitMs = 3_000 }: ConnectionsOptions) {
  const idle: PostgresConnection[] = [];
  const waiting: Waiting[] = [];
  const busy = new Map<string, number>();
  const perShare = Math.max(1, Math.floor((size * 3) / 4));
  let inUse = 0;
  let closed = false;

  const mayGo = (share: string) => inUse < size && (busy.get(share) ?? 0) < perShare;
  const enter = (share: string) => {
    inUse += 1;
    busy.set(share, (busy.get(share) ?? 0) + 1);
  };
  function leave(share: string): void {
    inUse -= 1;
    const left = (busy.get(share) ?? 1) - 1;
    if (left === 0) busy.delete(share);
    else busy.set(share, left);
    const index = waiting.findIndex((other) => mayGo(other.share));
    if (index < 0) return;
    const [next] = waiting.splice(index, 1);
    next?.go();
  }

  async function admitted(share: string): Promise<void> {
    if (closed) throw unavailable();
    if (mayGo(share)) return enter(share);
    if (waiting.length >= mayWait) throw unavailable();
    await new Promise<void>((resolve, reject) => {
      const cancel = clock.after(waitMs, () => {
        waiting.splice(waiting.indexOf(place), 1);
        reject(unavailable());
      });
      const place: Waiting = {
        share,
        go() {
          cancel();
          enter(share);
          resolve();
        },
      };
      waiting.push(place);
    });
  }

  async function open(): Promise<PostgresConnection> {
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) if (!kept.isLost) return kept;
    const connection = await connect(url, { ...replicaLimits, clock });
    try {
      // Whoever we sign in as, row-level security is to hold: it does not for an owner.
      await connection.query('SET ROLE dugout_replica');
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  }

  return {
    /**
     * Runs `work` on a connection that nobody else uses meanwhile. `share` is whose part of them it takes.
     * Throws `replica_unavailable`, and what `work` throws.
     */
    async use<Result>(
      share: string,
      work: (connection: PostgresConnection) => Promise<Result>,
    ): Promise<Result> {
      await admitted(share);
      let connection: PostgresConnection | undefined;
      try {
        connection = await open();
        const result = await work(connection);
        if (connection.isLost || closed) connection.destroy();
        else idle.push(connection);
        return result;
      } catch (error) {
        // It may stand in the middle of a transaction.
        connection?.destroy();
        throw error instanceof PostgresFailure && error.kind !== 'data' ? unavailable(error) : error;
      } finally {
        leave(share);
      }
    },
    inUse: () => inUse,
    /** Lets running work end for `graceMs`, then cuts it. */
    async close(graceMs: number): Promise<void> {
      closed = true;
      const until = clock.monotonic() + graceMs;
      while (inUse > 0 && clock.monotonic() < until) await sleep(clock, 10);
      for (const connection of idle.splice(0)) connection.destroy();
    },
  };
}
export type Connections = ReturnType<typeof createConnections>;
