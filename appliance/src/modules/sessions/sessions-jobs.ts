import { z } from 'zod';
import type { Database } from '../../platform/database/database.ts';
import { defineJob, defineJobKind } from '../../platform/jobs/job.ts';
import { removeAllAside } from '../../platform/streams/damaged-file.ts';
import type { StreamStore } from '../../platform/streams/stream-store.ts';
import type { SessionsService } from './sessions-service.ts';

export const eraseSamples = defineJobKind('sessions.erase', z.object({ player_id: z.uuid() }));

export interface EraseJobDeps {
  sessions: Pick<SessionsService, 'ofPlayer'>;
  database: Pick<Database, 'now'>;
  streams: Pick<StreamStore, 'remove'>;
  /** Of `streams.db`. */
  dataDirectory: string;
}

/** Deletes the samples of a player's erased sessions. Done again after a crash: what is deleted stays deleted. */
export const eraseSamplesJob = ({ sessions, database, streams, dataDirectory }: EraseJobDeps) =>
  defineJob({
    ...eraseSamples,
    maxAttempts: 20,
    timeoutMs: 10 * 60_000,
    async prepare({ player_id }) {
      const erased = sessions.ofPlayer(database.now, player_id).filter(({ state }) => state === 'erased');
      await streams.remove(erased.map(({ id }) => id));
      removeAllAside(dataDirectory);
    },
    write() {},
  });
