import { decodeFrame, type Layout } from '../../../contract/glove-frame.ts';
import type { GloveCounts, GloveLayout, GloveWay, GloveWire, Hand } from '../../../contract/gloves.ts';
import type { Clock } from '../../platform/clock.ts';
import { tallyOfFrames } from './frame-tally.ts';
import {
  addTally,
  addTo,
  countsView,
  emptyTally,
  type Tallies,
  type Tally,
  tallyOf,
} from './glove-counts.ts';
import { createGloveHealth } from './glove-health.ts';
import { saidLayout } from './glove-layouts.ts';
import { attendLine, type GloveLine, type LineRules } from './glove-line.ts';
import { isDeviceAuto, usuallyRescales } from './gloves.ts';
import type { GloveRow } from './gloves-tables.ts';
import type { GloveNow } from './gloves-view.ts';
import { createLiveFrames } from './live-frames.ts';
import { createFrameStream } from './stream/frame-stream.ts';
import type { SampleBlock } from './stream/sample-block.ts';
import type { Attendant, CutReason, GloveConnection } from './ways/connection.ts';
import { adcRanges } from './wire/analog-range.ts';
import type { GloveInfo } from './wire/line-wire.ts';

/** What a glove turned out to be by what it sends. */
export interface Seen {
  readonly way: GloveWay;
  readonly wire: GloveWire;
  /** Null before its first sample. */
  readonly layout: Layout | null;
  readonly hand: Hand | null;
  readonly firmware: string | null;
}

export interface GloveIntakeDeps {
  readonly clock: Clock;
  readonly newRun: () => string;
  /** What is stored of a glove; asked when it appears and when it changed, not for each frame. */
  readonly rowOf: (glove: string) => GloveRow | undefined;
  /** Makes a device of a glove that nobody signs in as; false when it may not be one. */
  readonly admit: (glove: string) => Promise<boolean>;
  /** A glove speaks, for the first time or otherwise than before. */
  readonly seen: (glove: string, seen: Seen) => void;
  /** Whether a glove is there that has no topic to say so. */
  readonly present: (glove: string, isThere: boolean) => void;
  /** Every block, of every glove, once. */
  readonly give: (block: SampleBlock) => void;
  /** A frame for those who follow a glove that does not publish by itself. */
  readonly show: (glove: string, frame: Buffer) => void;
  /** The condition of some glove is another one. */
  readonly changed: () => void;
}

const tellsEveryMs = 1_000;

/** One glove that was heard since the start. */
interface Entry {
  readonly name: string;
  readonly health: ReturnType<typeof createGloveHealth>;
  readonly frames: ReturnType<typeof createFrameStream>;
  readonly live: ReturnType<typeof createLiveFrames>;
  /** Of frames that could not be read, and of lines that ended. */
  readonly past: Tally;
  row: GloveRow | undefined;
  /** What its meta said its frames hold. */
  meant: GloveLayout | null;
  line: GloveLine | null;
  hand: Hand | null;
  firmware: string | null;
  /** What was last told of it, and when. */
  told: Seen | null;
  toldAtMs: number;
  saysDeviceAuto: boolean;
  condition: string;
}

/** The one way in for what gloves send: bytes and frames → blocks, and how each glove does. */
export function createGloveIntake(deps: GloveIntakeDeps) {
  const { clock, newRun, rowOf } = deps;
  const entries = new Map<string, Entry>();
  const lines = new Set<GloveLine>();
  const admitted = new Set<string>();
  /** Of lines that ended, by their format. */
  const ended: Tallies = new Map();
  const cuts = new Map<string, number>();

  function entryOf(name: string): Entry {
    const known = entries.get(name);
    if (known !== undefined) return known;
    const entry: Entry = {
      name,
      health: createGloveHealth(),
      frames: createFrameStream({ glove: name, newRun }),
      live: createLiveFrames({
        clock,
        isLeft: () => handOf(entry) === 'left',
        send: (frame) => deps.show(name, frame),
      }),
      past: emptyTally(),
      row: rowOf(name),
      meant: null,
      line: null,
      hand: null,
      firmware: null,
      told: null,
      toldAtMs: Number.NEGATIVE_INFINITY,
      saysDeviceAuto: false,
      condition: '',
    };
    mean(entry, saidLayout(entry.row?.layout ?? null));
    entries.set(name, entry);
    return entry;
  }

  function mean(entry: Entry, layout: GloveLayout | null): void {
    entry.meant = layout;
    const meant = withId(layout);
    entry.frames.describe(meant);
    entry.line?.describe(meant);
  }

  /** Not with each block: whoever changes all the time is told of now and then. */
  function tell(entry: Entry, way: GloveWay, wire: GloveWire, layout: Layout | null): void {
    const { told, hand, firmware } = entry;
    const isAsTold =
      told !== null &&
      told.way === way &&
      told.wire === wire &&
      told.layout === layout &&
      told.hand === hand &&
      told.firmware === firmware;
    if (isAsTold || clock.monotonic() - entry.toldAtMs < tellsEveryMs) return;
    entry.told = { way, wire, layout, hand, firmware };
    entry.toldAtMs = clock.monotonic();
    deps.seen(entry.name, entry.told);
  }

  function take(entry: Entry, block: SampleBlock, way: GloveWay, wire: GloveWire, atMs: number): void {
    entry.saysDeviceAuto = block.deviceAuto;
    tell(entry, way, wire, block.layout);
    entry.health.accepted(block, atMs);
    const deviceAuto = isDeviceAuto(entry.row?.device_auto ?? null, block.deviceAuto);
    const marked = deviceAuto === block.deviceAuto ? block : { ...block, deviceAuto };
    if (way !== 'mqtt') entry.live.give(marked);
    deps.give(marked);
  }

  function attend(connection: GloveConnection): Attendant {
    const { name, way } = connection;
    let entry: Entry | null = null;
    const rules = rulesFor(rowOf(name));
    const line = attendLine(
      connection,
      {
        async admit() {
          const isOurs = admitted.has(name) || (await deps.admit(name));
          if (isOurs) admitted.add(name);
          return isOurs && (entries.get(name)?.line ?? null) === null;
        },
        begins() {
          entry = entryOf(name);
          entry.line = line;
          entry.health.restart();
          const wire = line.wire();
          if (wire !== null) {
            entry.saysDeviceAuto = usuallyRescales(wire);
            tell(entry, way, wire, entry.told?.layout ?? null);
          }
          deps.present(name, true);
        },
        came: (count) => entry?.health.frames(count),
        gave(block) {
          const wire = line.wire();
          if (entry !== null && wire !== null) take(entry, block, way, wire, clock.now());
        },
        said(info) {
          if (entry === null) return;
          entry.hand = info.hand ?? entry.hand;
          entry.firmware = firmwareIn(info) ?? entry.firmware;
        },
        unsettled: () => entry?.health.unsettled(),
        ends() {
          lines.delete(line);
          const tally = line.tally();
          addTally(tallyOf(ended, line.wire()), tally);
          if (entry === null) return;
          addTally(entry.past, tally);
          entry.live.flush();
          entry.health.restart();
          entry.line = null;
          deps.present(name, false);
        },
      },
      clock,
      newRun,
      rules,
    );
    lines.add(line);
    return line.attendant;
  }

  const tallyOfGlove = ({ past, frames, line }: Entry): Tally => {
    const sum = addTally(addTally(emptyTally(), past), tallyOfFrames(frames.counts()));
    return line === null ? sum : addTally(sum, line.tally());
  };

  return {
    /** A frame that came over MQTT. What is heard of a glove on a line is our own, and not heard twice. */
    frame(glove: string, bytes: Uint8Array, receivedAtMs: number): void {
      const entry = entryOf(glove);
      if (entry.line !== null) return;
      entry.health.frames(1);
      const decoded = decodeFrame(bytes);
      if (!decoded.ok) {
        addTo(entry.past.codes, decoded.code);
        addTo(tallyOf(ended, 'frame').codes, decoded.code);
        return;
      }
      const { frame } = decoded;
      entry.hand ??= frame.flags.left ? 'left' : null;
      // A glove that did not say which of its layouts it described has one.
      if (entry.meant !== null && entry.meant.id === null) {
        mean(entry, { ...entry.meant, id: frame.layoutId });
      }
      const arrival = { monotonicUs: clock.monotonic() * 1_000, epochUs: receivedAtMs * 1_000 };
      for (const block of entry.frames.take(frame, arrival))
        take(entry, block, 'mqtt', 'frame', receivedAtMs);
    },
    attend,
    /** What is stored of the glove has changed. */
    refresh(glove: string): void {
      const entry = entries.get(glove);
      if (entry === undefined) return;
      const before = entry.row;
      entry.row = rowOf(glove);
      if (before?.layout !== entry.row?.layout) mean(entry, saidLayout(entry.row?.layout ?? null));
      if (!isReadAlike(before, entry.row)) entry.line?.cut('other_rules');
    },
    /** It may not be a glove any more. */
    forget(glove: string): void {
      admitted.delete(glove);
      entries.get(glove)?.line?.cut('refused');
    },
    noteCut: (reason: CutReason) => addTo(cuts, reason),
    /** A second is over. */
    turn(isThere: (glove: string) => boolean): void {
      for (const line of [...lines]) line.turn();
      let isNews = false;
      for (const entry of entries.values()) {
        entry.health.turn();
        const condition = entry.health.condition({
          isThere: isThere(entry.name),
          line: entry.line?.state() ?? null,
        });
        isNews ||= condition !== entry.condition;
        entry.condition = condition;
      }
      if (isNews) deps.changed();
    },
    /** When each glove that was heard since then was heard last. */
    heardSince: (sinceMs: number): Map<string, number> =>
      new Map(
        [...entries.values()].flatMap(({ name, health }) => {
          const at = health.lastSampleAt();
          return at === null || at < sinceMs ? [] : [[name, at] as const];
        }),
      ),
    nowOf(glove: string, isThere: boolean): GloveNow | null {
      const entry = entries.get(glove);
      if (entry === undefined) return null;
      const { line, frames } = entry;
      const driftPpm = line === null ? frames.driftPpm() : line.driftPpm();
      return {
        saysDeviceAuto: entry.saysDeviceAuto,
        layout: entry.told?.layout ?? null,
        health: entry.health.view({
          isThere,
          line: line?.state() ?? null,
          tally: tallyOfGlove(entry),
          driftPpm: driftPpm === 0 ? null : driftPpm,
        }),
      };
    },
    /** The line that a glove is on, if it is on one. */
    lineOf: (glove: string): GloveLine | null => entries.get(glove)?.line ?? null,
    counts(): GloveCounts {
      const sum: Tallies = new Map();
      for (const [wire, tally] of ended) addTally(tallyOf(sum, wire), tally);
      for (const line of lines) addTally(tallyOf(sum, line.wire()), line.tally());
      for (const { frames } of entries.values()) {
        if (frames.counts().frames > 0) addTally(tallyOf(sum, 'frame'), tallyOfFrames(frames.counts()));
      }
      return countsView(sum, cuts);
    },
    /** Every glove that was heard since the start, for the metrics. */
    tallies: (): { name: string; tally: Tally }[] =>
      [...entries.values()].map((entry) => ({ name: entry.name, tally: tallyOfGlove(entry) })),
  };
}
export type GloveIntake = ReturnType<typeof createGloveIntake>;

const handOf = ({ row, hand }: Entry): Hand | null => row?.hand ?? hand;

const firmwareIn = ({ firmware }: GloveInfo): string | null =>
  firmware === undefined ? null : String(firmware);

const withId = (layout: GloveLayout | null): Layout | null =>
  layout === null ? null : { id: layout.id ?? layout.channels.length, channels: layout.channels };

const isReadAlike = (a: GloveRow | undefined, b: GloveRow | undefined): boolean =>
  (a?.analog_max ?? null) === (b?.analog_max ?? null) &&
  (a?.device_auto ?? null) === (b?.device_auto ?? null);

/** Only a converter of a board that we know is a rule; any other number is no more than a remark. */
function rulesOf(row: GloveRow | undefined): Omit<LineRules, 'layout'> {
  const analogMax = adcRanges.find((range) => range === row?.analog_max);
  return {
    ...(analogMax === undefined ? {} : { analogMax }),
    ...(row === undefined || row.device_auto === null ? {} : { deviceAuto: row.device_auto === 1 }),
  };
}
const rulesFor = (row: GloveRow | undefined): LineRules => ({
  ...rulesOf(row),
  layout: withId(saidLayout(row?.layout ?? null)),
});
