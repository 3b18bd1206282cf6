import type { GloveFrame } from '../../../../contract/glove-frame.ts';
import { fill, type Hole, missingBefore, withHole } from './holes.ts';
import { createSampleMemory, hashSample } from './sample-memory.ts';

/** What a frame is to one life of a glove's numbering. */
export type Fit =
  /** Its first sample is the next one. */
  | 'goes_on'
  /** It comes late into a hole, or repeats what is recognised. */
  | 'recognised'
  /** It goes on, and samples are missing before it. */
  | 'after_gap'
  /** It repeats what came so long ago that nobody can tell. */
  | 'old'
  /** The numbers go on and the glove's time goes back. */
  | 'time_backwards'
  /** These numbers and times are not of this life. */
  | 'foreign';

/** `from`, `to`: indices of the frame's samples that came for the first time. */
export interface Taken {
  readonly from: number;
  readonly to: number;
  /** Samples that are missing right before. */
  readonly lost: number;
  readonly late: boolean;
}

/**
 * Rule `time_agrees`: numbers and times of a life grow together. What the numbers promise and the glove's time says may
 * differ by so much: a glove stamps a frame when it gets to it, and its interval is a nominal one.
 */
const toleranceUs = 100_000;
const toleranceShare = 0.05;
/** Rule `arrival_agrees`: no clock runs further ahead than the time that really passed, unless the last frame was late. */
const aheadUs = 10_000_000;
const aheadShare = 0.01;
/** Rule `before_the_first`: what was overtaken by the first frame of a life comes soon after it or not at all. */
const overtakenUs = 2_000_000;
/**
 * Rule `old_is_new`: what would be a repetition, of which nothing is recognised, and goes on for so long at the pace of
 * time, is another life.
 */
const repetitionUs = 2_000_000;

/** One life of a glove's numbering, and which of its samples have come. */
export function createGloveLife(begin: GloveFrame, arrivalUs: number) {
  const memory = createSampleMemory(begin.seq);
  const began = { seq: begin.seq, t0Us: begin.t0Us, arrivalUs };
  let first = begin.seq;
  let next = begin.seq;
  /** Newest sample that came: its number, the glove's time, the time of its arrival. */
  let latest = { seq: begin.seq, tUs: begin.t0Us, arrivalUs };
  let holes: readonly Hole[] = [];
  let missing = 0;
  let repetition: { tUs: number; arrivalUs: number; recognised: boolean } | null = null;

  const agrees = (seqDistance: number, tDistance: number, dtUs: number): boolean =>
    Math.abs(tDistance - seqDistance * dtUs) <= toleranceUs + toleranceShare * Math.abs(seqDistance * dtUs);

  function goesOn({ seq, t0Us, dtUs }: GloveFrame, atUs: number): Fit {
    const passed = t0Us - latest.tUs;
    if (passed < -dtUs / 2) return 'time_backwards';
    const really = Math.max(atUs - latest.arrivalUs, 0);
    const tooFar = passed > really * (1 + aheadShare) + aheadUs;
    if (tooFar || !agrees(seq - latest.seq, passed, dtUs)) return 'foreign';
    return seq === next ? 'goes_on' : 'after_gap';
  }

  function isRemembered(frame: GloveFrame): 'same' | 'different' | 'unknown' {
    let known: 'same' | 'unknown' = 'unknown';
    const until = Math.min(frame.count, next - frame.seq);
    for (let index = 0; index < until; index += 1) {
      const found = memory.recall(frame.seq + index, hashSample(frame.values, frame.channels, index));
      if (found === 'different') return 'different';
      if (found === 'same') known = 'same';
    }
    return known;
  }

  /** Of what is before the newest sample: the nearer of the first and the newest tells what time it should have. */
  function repeats(frame: GloveFrame, atUs: number): Fit {
    const remembered = isRemembered(frame);
    if (remembered === 'different') return 'foreign';
    const near =
      frame.seq - began.seq < latest.seq - frame.seq
        ? { seq: began.seq, tUs: began.t0Us }
        : { seq: latest.seq, tUs: latest.tUs };
    if (!agrees(frame.seq - near.seq, frame.t0Us - near.tUs, frame.dtUs)) return 'foreign';
    if (frame.seq < first) return wasOvertaken(frame, atUs) ? 'recognised' : 'foreign';
    if (fill(holes, frame.seq, frame.seq + frame.count).found.length > 0) return 'recognised';
    repetition ??= { tUs: frame.t0Us, arrivalUs: atUs, recognised: false };
    repetition.recognised ||= remembered === 'same';
    if (remembered === 'same') return 'recognised';
    const went = frame.t0Us - repetition.tUs;
    const atPace = went >= repetitionUs && atUs - repetition.arrivalUs >= 0.8 * went;
    return atPace && !repetition.recognised ? 'foreign' : 'old';
  }

  const wasOvertaken = ({ t0Us }: GloveFrame, atUs: number): boolean =>
    began.t0Us - t0Us <= overtakenUs && atUs - began.arrivalUs <= overtakenUs;

  function keep(frame: GloveFrame, from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      memory.keep(frame.seq + index, hashSample(frame.values, frame.channels, index));
    }
  }

  function takeLate(frame: GloveFrame, until: number): Taken[] {
    if (frame.seq < first) {
      const end = Math.min(frame.seq + frame.count, first);
      if (end < first) holes = [{ from: end, to: first }, ...holes];
      holes = [{ from: frame.seq, to: end }, ...holes];
      missing += first - frame.seq;
      first = frame.seq;
    }
    const { found, left } = fill(holes, frame.seq, until);
    holes = left;
    for (const { from, to } of found) missing -= to - from;
    return found.map(({ from, to }) => ({
      from: from - frame.seq,
      to: to - frame.seq,
      lost: missingBefore(left, from),
      late: true,
    }));
  }

  return {
    fit(frame: GloveFrame, atUs: number): Fit {
      return frame.seq >= next ? goesOn(frame, atUs) : repeats(frame, atUs);
    },
    /** Takes what has not come yet of a frame that is of this life. Empty for a repetition. */
    take(frame: GloveFrame, atUs: number): Taken[] {
      const end = frame.seq + frame.count;
      const taken = frame.seq < next ? takeLate(frame, Math.min(end, next)) : [];
      if (end > next) {
        const lost = Math.max(frame.seq - next, 0);
        missing += lost;
        if (lost > 0) holes = withHole(holes, { from: next, to: frame.seq });
        taken.push({ from: Math.max(next - frame.seq, 0), to: frame.count, lost, late: false });
        next = end;
        latest = {
          seq: end - 1,
          tUs: frame.t0Us + (frame.count - 1) * frame.dtUs,
          arrivalUs: Math.max(latest.arrivalUs, atUs),
        };
      }
      if (taken.length > 0) repetition = null;
      for (const { from, to } of taken) keep(frame, from, to);
      return taken;
    },
    /** Samples between the first and the newest one that have not come. */
    missing: (): number => missing,
  };
}
export type GloveLife = ReturnType<typeof createGloveLife>;
