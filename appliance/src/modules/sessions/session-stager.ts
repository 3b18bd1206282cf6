import { decodeFrame, type GloveFrame } from '../../../contract/glove-frame.ts';
import type { Clock } from '../../platform/clock.ts';
import type { DatabaseBeside } from '../../platform/database/database-beside.ts';
import type { StreamStore } from '../../platform/streams/stream-store.ts';
import { lateMs } from './sessions.ts';
import { recordedUntil } from './sessions-store.ts';
import type { SessionRow } from './sessions-tables.ts';

export interface SessionStagerDeps {
  database: Pick<DatabaseBeside, 'now' | 'changed'>;
  streams: Pick<StreamStore, 'stage' | 'quickestUs'>;
  clock: Clock;
  /** µs of a clock that all processes of the machine share. */
  machineUs(): number;
}

type Recorded = Pick<SessionRow, 'id' | 'started_at' | 'ended_at'>;

/** Sessions that ended are looked for anew so often, though nothing was written. */
const readAgainMs = 1_000;

/** Stores what gloves send while they are recorded, for one of several processes that share their frames. */
export function createSessionStager({ database, streams, clock, machineUs }: SessionStagerDeps) {
  let byGlove = new Map<string, Recorded[]>();
  let readAt = Number.NEGATIVE_INFINITY;
  const quickest = new Map<string, number>();

  function sessionsOf(glove: string): readonly Recorded[] {
    if (database.changed() || clock.monotonic() - readAt >= readAgainMs) {
      readAt = clock.monotonic();
      const rows = database.now.all(recordedUntil, { after: clock.now() - lateMs });
      byGlove = Map.groupBy(rows, ({ glove }) => glove ?? '');
      for (const id of quickest.keys()) if (!rows.some((row) => row.id === id)) quickest.delete(id);
    }
    return byGlove.get(glove) ?? [];
  }

  /** When a frame was sent, if it was as quick as the quickest of the session; µs of the machine's clock. */
  async function sentUs(session: Recorded, { t0Us }: GloveFrame, arrivedUs: number): Promise<number> {
    const known = quickest.get(session.id) ?? (await streams.quickestUs(session.id));
    if (known !== null) quickest.set(session.id, known);
    return Math.min(t0Us + (known ?? Number.POSITIVE_INFINITY), arrivedUs);
  }

  /** Whether a frame that comes after the end of a session was measured before it. */
  async function isLateFor(session: Recorded, frame: GloveFrame, came: Came): Promise<boolean> {
    const sentAtUs = (await sentUs(session, frame, came.arrivedUs)) + came.receivedUs - came.arrivedUs;
    // A glove that was switched on anew counts from nothing: by the time of its life before, that was long ago.
    const isOfItsLife = sentAtUs >= session.started_at * 1_000;
    return isOfItsLife && sentAtUs - frame.count * frame.dtUs <= (session.ended_at ?? 0) * 1_000;
  }

  async function sessionFor(glove: string, frame: GloveFrame, came: Came): Promise<Recorded | undefined> {
    for (const session of sessionsOf(glove)) {
      if (session.ended_at === null || (await isLateFor(session, frame, came))) return session;
    }
    return undefined;
  }

  return {
    /** Resolves when the frame is on disk, or is nothing that anybody records; rejects when the disk refused it. */
    async take(glove: string, bytes: Uint8Array, receivedAtMs: number): Promise<void> {
      const decoded = decodeFrame(bytes);
      if (!decoded.ok) return;
      const { frame } = decoded;
      const came = { receivedUs: receivedAtMs * 1_000, arrivedUs: machineUs() };
      const session = await sessionFor(glove, frame, came);
      if (session === undefined) return;
      const { id: streamId, ended_at } = session;
      const endUs = ended_at === null ? null : ended_at * 1_000;
      await streams.stage({ streamId, number: frame.seq, timeUs: frame.t0Us, endUs, ...came, bytes });
    },
  };
}
export type SessionStager = ReturnType<typeof createSessionStager>;

/** When a frame came: by the venue's clock and by the machine's. */
interface Came {
  readonly receivedUs: number;
  readonly arrivedUs: number;
}
