import { setTimeout as delay } from 'node:timers/promises';
import type { BothEnds } from '../../../cloud-sync/src/both-ends.ts';
import type { Outlet } from './faults.ts';
import type { WanLine } from './wan-line.ts';

export interface LinkStory extends Outlet {
  /** Resolves when nothing more is to be told. */
  over(): Promise<void>;
}

export interface LinkStoryOptions {
  readonly line: Pick<WanLine, 'cut' | 'restore'>;
  readonly ends: BothEnds;
  readonly say: (line: string) => void;
  readonly stop: AbortSignal;
}

const betweenLinesMs = 5_000;
const lookAgainMs = 50;
const compareMs = 10_000;

/**
 * The way to the cloud, which can be taken away; tells what that does to the replica, and what its return does, in
 * figures of both ends.
 */
export function tellOfTheLink({ line, ends, say, stop }: LinkStoryOptions): LinkStory {
  let ticking: NodeJS.Timeout | undefined;
  let following: Promise<void> = Promise.resolve();
  let cutAgain = new AbortController();

  async function follow(signal: AbortSignal): Promise<void> {
    const since = performance.now();
    const { pending_changes: waited, seq } = ends.status();
    if (!(await holds(ends, seq, signal))) return;
    say(`the replica has caught up in ${seconds(since)} s: ${changes(waited)} had waited`);
    const comparison = await compare(ends, compareMs);
    if (!signal.aborted) say(comparison.sentence);
  }

  return {
    reaches: 'the cloud',
    cut() {
      cutAgain.abort();
      line.cut();
      const since = performance.now();
      say('the venue goes on alone');
      ticking = setInterval(() => {
        say(`${seconds(since, 0)} s alone: ${changes(ends.status().pending_changes)} wait`);
      }, betweenLinesMs);
    },
    restore() {
      clearInterval(ticking);
      line.restore();
      cutAgain = new AbortController();
      following = follow(AbortSignal.any([stop, cutAgain.signal])).catch((error: unknown) =>
        say(`the replica cannot be looked at: ${error instanceof Error ? error.message : error}`),
      );
    },
    async over() {
      clearInterval(ticking);
      await following;
    },
  };
}

/** Resolves with true when the replica holds the change `seq`, with false when `enough` is aborted. */
export async function holds(
  ends: Pick<BothEnds, 'status'>,
  seq: number,
  enough: AbortSignal,
): Promise<boolean> {
  while (!enough.aborted) {
    const { state, acked_seq } = ends.status();
    if (state === 'live' && acked_seq >= seq) return true;
    await delay(lookAgainMs);
  }
  return false;
}

export interface Comparison {
  readonly result: 'equal' | 'different' | 'unknown';
  readonly sentence: string;
}

/** Compares both ends row by row. */
export async function compare(ends: BothEnds, waitMs: number): Promise<Comparison> {
  const { result, reason, rows, differenceCount, oneSided } = await ends.verify(waitMs);
  const games = await ends.games();
  const differing = differenceCount + oneSided.reduce((sum, table) => sum + table.rows, 0);
  const verdict = {
    equal: `equal in all ${rows} rows`,
    different: `${differing} rows differ`,
    unknown: `could not be compared: ${reason}`,
  }[result];
  return { result, sentence: `venue ${games.venue} games, replica ${games.replica} games: ${verdict}` };
}

const changes = (count: number) => (count === 1 ? '1 change' : `${count} changes`);
const seconds = (since: number, digits = 1) => ((performance.now() - since) / 1_000).toFixed(digits);
