import type { GloveFrame } from '@dugout/appliance/contract/glove-frame.ts';

/** What a screen makes of a frame: drawn on, drawn after a gap, or passed over because it was drawn already. */
export type Place = 'next' | 'after_gap' | 'known';

const replayedWithinUs = 10_000_000;

/**
 * Numbers tell a screen what it has missed. It only draws: what is stored is numbered by the appliance, with more
 * care.
 */
export function createFrameOrder() {
  let expected: number | undefined;
  let lastUs = 0;
  return {
    place({ seq, count, t0Us }: Pick<GloveFrame, 'seq' | 'count' | 't0Us'>): Place {
      const isBehind = expected !== undefined && seq < expected;
      if (isBehind && t0Us <= lastUs && t0Us > lastUs - replayedWithinUs) return 'known';
      const place = expected === undefined || seq === expected ? 'next' : 'after_gap';
      expected = seq + count;
      lastUs = t0Us;
      return place;
    },
  };
}
