import type { Departure, SimulatedGlove } from './glove.ts';

/** The way of one glove to the venue. */
export interface GloveLink {
  readonly glove: SimulatedGlove;
  /** Resolves when the venue can be reached for the first time. */
  readonly ready: Promise<void>;
  carry(departures: readonly Departure[]): void;
  /** Samples that never left, since nobody could be reached. */
  unsent(): number;
  /** What is on its way arrives first. */
  stop(): Promise<void>;
}

/** A glove keeps so many packets while it looks for the venue; what is older is given up. */
export const backlogPackets = 100;

/** The world's clock, epoch microseconds; it does not jump. */
export const worldUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);

/** How often the gloves are looked at. */
const tickMs = 5;

/** Lets time pass for gloves. Answers how to end it: what is half filled leaves, and the ways are closed. */
export function runGloves(links: readonly GloveLink[]): { stop(): Promise<void> } {
  const ticking = setInterval(() => {
    const nowUs = worldUs();
    for (const { glove, carry } of links) {
      if (glove.nextUs() <= nowUs) carry(glove.step(nowUs));
    }
  }, tickMs);
  return {
    async stop() {
      clearInterval(ticking);
      for (const { glove, carry } of links) carry(glove.finish(worldUs()));
      await Promise.all(links.map((link) => link.stop()));
    },
  };
}
