import type { Layout } from '../../../contract/glove-frame.ts';
import type { Clock } from '../../platform/clock.ts';
import { tallyOfFrames } from './frame-tally.ts';
import type { Tally } from './glove-counts.ts';
import { createConnectedGlove } from './stream/connected-glove.ts';
import type { SampleBlock } from './stream/sample-block.ts';
import type { Attendant, GloveConnection } from './ways/connection.ts';
import { keepAlive } from './wire/alpha-orders.ts';
import type { GloveInfo } from './wire/line-wire.ts';
import type { LucidOptions } from './wire/lucid-wire.ts';

/** What happens on a line. */
export interface LineEvents {
  /** Whether this is a glove of ours, from now on; asked once, when it has spoken like one. */
  admit(): Promise<boolean>;
  /** It was admitted; what it said before comes now. */
  begins(): void;
  /** So many lines or frames came. */
  came(count: number): void;
  gave(block: SampleBlock): void;
  said(info: GloveInfo): void;
  /** It speaks, and a finger of it has not moved yet: no samples come of it. */
  unsettled(): void;
  /** Once, whether it was admitted or not. */
  ends(): void;
}

/** How a glove's bytes are to be read, as far as it is known beforehand. */
export interface LineRules extends LucidOptions {
  readonly layout: Layout | null;
}

/** Somebody from the network is believed to be a glove after so many samples; a configured one as soon as it is understood. */
const samplesToBelieve = 10;
/** Who is not understood after so many bytes, or so long, is no glove. */
const bytesToDoubt = 16 * 1_024;
const doubtsAfterMs = 10_000;
/** Blocks that wait while a glove is being admitted: seconds of them. */
const mostHeld = 2_048;
/** How many answers may be given before they are asked for: what is told to a glove is one, too. */
const mostAhead = 16;

/** A glove that says nothing for so long begins anew when it is heard again. */
const pauseMs = 10_000;
/** Of one whose rate is not known yet. */
const settlesMs = 2_000;

const answer = Buffer.from(keepAlive);

/**
 * Listens to one connection, answers each line (the firmware of LucidGloves blocks for a second where nobody does), and
 * tells what the glove at its end says. What it says before it is believed to be one is kept, not lost.
 */
export function attendLine(
  connection: GloveConnection,
  events: LineEvents,
  clock: Pick<Clock, 'monotonic' | 'now'>,
  newRun: () => string,
  rules: LineRules,
) {
  const glove = createConnectedGlove({ glove: connection.name, newRun }, rules);
  glove.describe(rules.layout);
  const openedAt = clock.monotonic();
  let standing: 'unproven' | 'asking' | 'admitted' | 'over' = 'unproven';
  let held: SampleBlock[] = [];
  let info: GloveInfo | null = null;
  let bytes = 0;
  let heardAt = openedAt;
  let ahead = 0;
  let frames = 0;
  let unmoved = 0;

  function answerLines(lines: number): void {
    const owed = Math.max(lines - ahead, 0);
    ahead = Math.max(ahead - lines, 0);
    if (owed === 1) connection.write(answer);
    else if (owed > 1) connection.write(Buffer.alloc(owed, keepAlive));
  }

  function give(block: SampleBlock): void {
    if (standing === 'admitted') events.gave(block);
    else if (held.length < mostHeld) held.push(block);
  }

  function tellRates(lines: number): void {
    const before = frames;
    frames = glove.frameCounts().frames;
    events.came(lines + frames - before);
    const unmovedBefore = unmoved;
    unmoved = glove.refusals().get('finger_unmoved') ?? 0;
    if (unmoved > unmovedBefore) events.unsettled();
  }

  async function ask(): Promise<void> {
    standing = 'asking';
    const isOurs = await events.admit().catch(() => false);
    if (standing !== 'asking') return;
    if (!isOurs) {
      connection.cut('refused');
      return;
    }
    standing = 'admitted';
    events.begins();
    if (info !== null) events.said(info);
    const before = held;
    held = [];
    for (const block of before) events.gave(block);
  }

  /** Lines are kept until the next ones say how they are spaced; where none come, that is all there is. */
  function giveWhatIsKept(): void {
    const idleMs = clock.monotonic() - heardAt;
    const isRunning = glove.rateHz() !== null;
    if (standing !== 'admitted' || idleMs < (isRunning ? pauseMs : settlesMs)) return;
    for (const block of glove.flush()) give(block);
  }

  /** A glove that rescales itself is one before its fingers have moved, too. */
  const understood = (): number => glove.accepted() + glove.frameCounts().samples + unmoved;
  const isGlove = (): boolean =>
    glove.wire() !== null && (connection.trusted || understood() >= samplesToBelieve);
  const isDoubtful = (): boolean =>
    !connection.trusted &&
    standing === 'unproven' &&
    glove.wire() === null &&
    (bytes > bytesToDoubt || clock.monotonic() - openedAt > doubtsAfterMs);

  const attendant: Attendant = {
    received(received) {
      if (standing === 'over') return;
      bytes += received.length;
      heardAt = clock.monotonic();
      const arrival = { monotonicUs: clock.monotonic() * 1_000, epochUs: clock.now() * 1_000 };
      const reading = glove.read(received, arrival);
      answerLines(reading.lines);
      tellRates(reading.lines);
      for (const block of reading.blocks) give(block);
      if (reading.info !== null) {
        info = { ...info, ...reading.info };
        if (standing === 'admitted') events.said(info);
      }
      if (standing === 'unproven' && isGlove()) void ask();
      else if (isDoubtful()) connection.cut('not_a_glove');
    },
    lost() {
      if (standing === 'over') return;
      for (const block of glove.flush()) give(block);
      standing = 'over';
      held = [];
      events.ends();
    },
  };

  return {
    attendant,
    way: connection.way,
    wire: glove.wire,
    state: glove.state,
    driftPpm: () => (glove.wire() === 'frame' ? glove.driftPpm() : null),
    tally(): Tally {
      const sum = tallyOfFrames(glove.frameCounts());
      const lines = glove.lineCounts();
      sum.accepted += glove.accepted();
      sum.samples += lines.samples;
      sum.lost += lines.lost;
      sum.runs += lines.runs;
      for (const [code, count] of glove.refusals()) sum.codes.set(code, count);
      return sum;
    },
    /** A second is over. */
    turn(): void {
      giveWhatIsKept();
      if (isDoubtful()) connection.cut('not_a_glove');
    },
    /**
     * Says something to the glove. For its firmware that is the answer to a line, so the next is not answered once
     * more: answers that nobody reads would heap up before it. False when it cannot be said now.
     */
    say(line: string): boolean {
      if (standing !== 'admitted' || ahead >= mostAhead || !connection.write(Buffer.from(line))) return false;
      ahead += 1;
      return true;
    },
    describe: glove.describe,
    cut: connection.cut,
  };
}
export type GloveLine = ReturnType<typeof attendLine>;
