import { fingers } from '../../../contract/glove-frame.ts';
import { openStreamReader, type StreamReader } from '../../platform/streams/stream-reader.ts';
import { physical, type Stretch } from '../../platform/streams/stretches.ts';
import { analyse } from './analysis/analysis.ts';
import type { Recording } from './analysis/recording.ts';
import type { AnalysisOrder, AnalysisOutcome, RecordedSession, Spans } from './analysis-task.ts';

export default function analyseGame({ dataDirectory, sessions, cues }: AnalysisOrder): AnalysisOutcome {
  const reader = openStreamReader(dataDirectory);
  try {
    const read = sessions.map((session) => recordingOf(session, reader));
    const code = read.flatMap(({ damaged }) => damaged ?? [])[0] ?? null;
    if (read.every(({ recording }) => recording.stretches.length === 0))
      return { ok: false, code: code ?? 'no_samples' };
    const { metrics } = analyse(
      read.map(({ recording }) => recording),
      cues,
    );
    return { ok: true, metrics, code };
  } finally {
    reader.close();
  }
}

function recordingOf(
  { streamId, spans, ...session }: RecordedSession,
  reader: StreamReader,
): { recording: Recording; damaged: string | undefined } {
  const { stretches, damages } = reader.read(streamId);
  const recording = { ...session, stretches: stretches.map((stretch) => calibrated(stretch, spans)) };
  return { recording, damaged: damages[0]?.code };
}

function calibrated(stretch: Stretch, spans: Spans | null): Recording['stretches'][number] {
  const channels = physical(stretch);
  if (spans !== null) for (const finger of fingers) normalise(channels, finger, spans[finger]);
  return { t0Us: stretch.t0Us, rateHz: 1e6 / stretch.dtUs, channels };
}

/** Readings → 0 for the open hand, 1 for the closed one; a finger that was not calibrated tells nothing. */
function normalise(
  channels: Record<string, Float64Array>,
  finger: string,
  span: Spans[string] | undefined,
): void {
  const readings = channels[finger];
  if (readings === undefined) return;
  if (span === undefined || span.hi === span.lo) delete channels[finger];
  else channels[finger] = readings.map((reading) => (reading - span.lo) / (span.hi - span.lo));
}
