import type { Clock } from '../../platform/clock.ts';
import type { HealthCheck } from '../../platform/health/health.ts';
import { hasStreams } from '../../platform/streams/stream-connection.ts';
import type { StreamStore } from '../../platform/streams/stream-store.ts';

const probesEveryMs = 3_000;

export interface RecordingsCheckDeps {
  streams: Pick<StreamStore, 'probe'>;
  clock: Pick<Clock, 'monotonic'>;
  /** Of `streams.db`. */
  dataDirectory: string;
}

/**
 * Whether samples can be stored: something is really written, not more than once in three seconds. Only reported, for
 * sign-up, queue, games and screens need no recordings, and to take a venue out of service would help nobody.
 */
export function recordingsCheck({ streams, clock, dataDirectory }: RecordingsCheckDeps): HealthCheck {
  let probed: { readonly at: number; readonly done: Promise<void> } | undefined;
  return {
    name: 'recordings',
    reportedOnly: true,
    async check() {
      if (!hasStreams(dataDirectory)) return;
      if (probed === undefined || clock.monotonic() - probed.at >= probesEveryMs)
        probed = { at: clock.monotonic(), done: streams.probe() };
      await probed.done;
    },
  };
}
