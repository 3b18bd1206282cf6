import type { GloveFrame, Layout } from '../../../../contract/glove-frame.ts';
import { createLineSplitter, type LineProblem } from './line-splitter.ts';
import type { GloveInfo, LineCode, LineReading, LineWire } from './line-wire.ts';
import type { LucidOptions } from './lucid-wire.ts';
import { createSerialFrameSplitter, type SerialFrameProblem } from './serial-frame.ts';
import { createLineWire, type LineWireName, type Wire, wireOf } from './wires.ts';

/** Boards that are reset by being opened say so for a while; anything may come meanwhile. */
const bootMs = 3_000;
/** Another sketch on the same board: what nothing was understood of for so long is looked at anew. */
const lostAfterMs = 3_000;
/** One line can be a coincidence. */
const linesToKnow = 3;
/** A speed that is wrong makes at least a third of the bytes something that no text has. */
const unprintableShare = 1 / 3;
const bytesToJudge = 64;
const mostHeldLines = 256;

/** What was not understood, and what was understood to be no sample. */
export type StreamCode =
  | LineProblem
  | LineCode
  | SerialFrameProblem
  | 'line_unknown'
  | 'line_chatter'
  | 'line_boot'
  | 'finger_unmoved';

export type StreamEvent =
  | { readonly kind: 'wire'; readonly wire: Wire }
  | { readonly kind: 'sample'; readonly layout: Layout; readonly values: Int16Array }
  /** A line that should have been a sample: one is missing here. */
  | { readonly kind: 'missed'; readonly code: StreamCode }
  | { readonly kind: 'frame'; readonly frame: GloveFrame }
  | { readonly kind: 'info'; readonly info: GloveInfo };

/**
 * `silent`: no byte has come. `listening`: too early to say. `reading`: its wire is known and good. `wrong_baud`: bytes
 * of which too many belong to no text. `no_lines`: bytes, and no line ends. `unknown`: lines of no wire we know.
 */
export type StreamState = 'silent' | 'listening' | 'reading' | 'wrong_baud' | 'no_lines' | 'unknown';

export interface StreamReading {
  readonly events: readonly StreamEvent[];
  /** Lines that ended here, good or not: a glove of LucidGloves waits for an answer to each. */
  readonly lines: number;
}

/**
 * Reads what comes over a serial line or a socket of one glove, from its opening to its end: names its wire from the
 * first good lines, then reads that. Nothing is guessed: what is no sample is counted by its code. Never throws.
 */
export function createByteStream(options: LucidOptions = {}) {
  const splitter = createLineSplitter();
  const frames = createSerialFrameSplitter();
  const counts = new Map<StreamCode, number>();
  let known: { wire: 'frame' } | { wire: LineWireName; reader: LineWire } | null = null;
  let openedAtMs: number | null = null;
  /** Since when nothing was understood that came. */
  let badSinceMs: number | null = null;
  let listensSinceMs = 0;
  let held: { text: string; atMs: number }[] = [];
  let candidates = new Map<LineWireName, number>();
  let recent = { bytes: 0, unprintable: 0, lines: 0, sinceMs: 0 };
  let state: StreamState = 'silent';

  const count = (code: StreamCode, times = 1) => counts.set(code, (counts.get(code) ?? 0) + times);

  function forget(atMs: number): void {
    known = null;
    badSinceMs = null;
    listensSinceMs = atMs;
    candidates = new Map();
  }

  function eventsOf(reading: LineReading, text: string, atMs: number): StreamEvent[] {
    if (reading.kind === 'refused') {
      badSinceMs ??= atMs;
      if (isChatter(text)) {
        count('line_chatter');
        return [];
      }
      count(reading.code);
      return [{ kind: 'missed', code: reading.code }];
    }
    badSinceMs = null;
    if (reading.kind === 'info') return [reading];
    if (reading.kind === 'unmoved') {
      count('finger_unmoved');
      return [];
    }
    const { layout, values, info } = reading;
    return [...(info === null ? [] : [{ kind: 'info', info } as const]), { kind: 'sample', layout, values }];
  }

  /** Until three lines are of one wire they are kept; what came before the first of them was chatter. */
  function learn(text: string, atMs: number): StreamEvent[] {
    const wire = wireOf(text);
    held.push({ text, atMs });
    if (held.length > mostHeldLines) {
      held.shift();
      count('line_unknown');
    }
    if (wire === null) return [];
    const lines = (candidates.get(wire) ?? 0) + 1;
    candidates.set(wire, lines);
    if (lines < linesToKnow) return [];
    const reader = createLineWire(wire, options);
    const begins = held.findIndex((line) => wireOf(line.text) === wire);
    const before = held.splice(0, begins);
    const inTime = atMs - (openedAtMs ?? atMs) <= bootMs || before.length === 0;
    if (before.length > 0) count(inTime ? 'line_boot' : 'line_unknown', before.length);
    const kept = held;
    held = [];
    candidates = new Map();
    known = { wire, reader };
    return [
      { kind: 'wire', wire },
      ...kept.flatMap((line) => eventsOf(reader.read(line.text, line.atMs), line.text, line.atMs)),
    ];
  }

  function readLines(received: Uint8Array, atMs: number): StreamReading {
    const lines = splitter.push(received);
    const events: StreamEvent[] = [];
    for (const line of lines) {
      if ('text' in line) {
        const current = known;
        events.push(
          ...(current === null || current.wire === 'frame'
            ? learn(line.text, atMs)
            : eventsOf(current.reader.read(line.text, atMs), line.text, atMs)),
        );
      } else {
        badSinceMs ??= atMs;
        count(line.problem);
        if (known !== null && line.problem !== 'line_first')
          events.push({ kind: 'missed', code: line.problem });
      }
    }
    return { events, lines: lines.length };
  }

  function readFrames(received: Uint8Array, atMs: number): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const read of frames.push(received)) {
      if (read.ok) {
        if (known?.wire !== 'frame') events.push({ kind: 'wire', wire: 'frame' });
        known = { wire: 'frame' };
        badSinceMs = null;
        held = [];
        events.push({ kind: 'frame', frame: read.frame });
      } else if (known?.wire === 'frame') {
        count(read.code);
      }
    }
    if (known?.wire === 'frame' && events.length === 0) badSinceMs ??= atMs;
    return events;
  }

  function judge(atMs: number, lines: number): void {
    const { bytes, unprintable } = splitter.takeByteCounts();
    recent = {
      ...recent,
      bytes: recent.bytes + bytes,
      unprintable: recent.unprintable + unprintable,
      lines: recent.lines + lines,
    };
    if (known !== null) state = 'reading';
    else if (atMs - listensSinceMs < bootMs) state = 'listening';
    else if (recent.bytes >= bytesToJudge) state = verdict();
    if (atMs - recent.sinceMs >= bootMs) recent = { bytes: 0, unprintable: 0, lines: 0, sinceMs: atMs };
  }

  function verdict(): StreamState {
    if (recent.unprintable > recent.bytes * unprintableShare) return 'wrong_baud';
    return recent.lines === 0 ? 'no_lines' : 'unknown';
  }

  return {
    /** `atMs`: when the bytes came, on a clock that only goes forward. */
    read(received: Uint8Array, atMs: number): StreamReading {
      if (openedAtMs === null) {
        openedAtMs = atMs;
        listensSinceMs = atMs;
        recent.sinceMs = atMs;
      }
      const framed = known === null || known.wire === 'frame' ? readFrames(received, atMs) : [];
      const reading = known?.wire === 'frame' ? { events: [], lines: 0 } : readLines(received, atMs);
      if (known !== null && badSinceMs !== null && atMs - badSinceMs > lostAfterMs) forget(atMs);
      judge(atMs, reading.lines);
      return { events: [...framed, ...reading.events], lines: reading.lines };
    },
    wire: (): Wire | null => known?.wire ?? null,
    state: (): StreamState => state,
    counts: (): ReadonlyMap<StreamCode, number> => counts,
  };
}
export type ByteStream = ReturnType<typeof createByteStream>;

/** What firmware says to people: words, or a line that begins with a bracket. */
const isChatter = (text: string): boolean => /^\[|[a-z ]{3}/u.test(text);
