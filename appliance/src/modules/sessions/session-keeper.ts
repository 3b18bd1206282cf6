import type { Logger } from 'pino';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import type { StreamStore } from '../../platform/streams/stream-store.ts';
import { keptAt, mostBytes, orphansKeptMs } from './sessions.ts';
import type { SessionsService } from './sessions-service.ts';
import { sessionsStore } from './sessions-store.ts';
import type { SessionRow } from './sessions-tables.ts';

export interface SessionKeeperDeps {
  sessions: Pick<SessionsService, 'keep'>;
  database: Pick<Database, 'now' | 'write'>;
  streams: Pick<StreamStore, 'thin' | 'remove' | 'streamsOlderThan' | 'usage'>;
  clock: Pick<Clock, 'now'>;
  logger: Logger;
  /** Of `streams.db`; `mostBytes` unless told. */
  most?: number;
}

const batch = 100;

/** Holds sessions and their samples together, and lets samples go when their time is over. */
export function createSessionKeeper(deps: SessionKeeperDeps) {
  const { sessions, database, streams, clock, logger, most = mostBytes } = deps;

  /** Those with a result and something left, oldest first. */
  function* withResult(signal: AbortSignal): Generator<SessionRow> {
    for (let after = { started_at: 0, id: '' }; !signal.aborted; ) {
      const rows = sessionsStore.withResult(database.now, after, batch);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  /** The samples first: done twice, it is done. */
  async function reduce({ id, kept: had }: SessionRow, kept: SessionRow['kept']): Promise<void> {
    if (had === 'raw' && kept !== 'none') {
      for (const { code, run, seq } of await streams.thin(id))
        logger.error({ session: id, code, run, seq }, 'samples are damaged and were left out');
    }
    if (kept === 'summary') await streams.remove([id], 'thinned');
    if (kept === 'none') await streams.remove([id]);
    await database.write((tx) => sessions.keep(tx, id, kept));
  }

  return {
    /** Thins and deletes what has had its time, then the oldest of what is more than there is room for. */
    async retain(signal: AbortSignal): Promise<void> {
      for (const row of withResult(signal)) {
        const kept = keptAt(row, clock.now());
        if (kept !== row.kept) await reduce(row, kept);
        if (signal.aborted) return;
      }
      for (const row of withResult(signal)) {
        if ((await streams.usage()).bytes <= most || signal.aborted) return;
        if (row.kept !== 'raw') continue;
        await reduce(row, 'thinned');
        logger.warn({ session: row.id }, 'samples were thinned before their time: there are too many');
      }
    },

    /** Deletes samples that belong to no session: what was cut off before it was written down or deleted. */
    async sweep(signal: AbortSignal): Promise<void> {
      for (const id of await streams.streamsOlderThan(clock.now() - orphansKeptMs)) {
        if (signal.aborted) return;
        const state = sessionsStore.byId(database.now, id)?.state;
        if (state === 'open' || state === 'closed') continue;
        await streams.remove([id]);
        logger.info({ session: id, state }, 'samples that belong to no session are deleted');
      }
    },
  };
}
export type SessionKeeper = ReturnType<typeof createSessionKeeper>;
