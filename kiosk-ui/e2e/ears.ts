import type { Page } from 'playwright-core';

declare global {
  interface Window {
    bellsHeard: number;
  }
}

/** Listens in on a page's synthesizer, from its next load on. */
export const listenIn = (page: Page) =>
  page.addInitScript(() => {
    window.bellsHeard = 0;
    const strike = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
      // A bell is two notes.
      window.bellsHeard += 0.5;
      return strike.apply(this, when);
    };
  });

export const bellsHeard = (page: Page): Promise<number> => page.evaluate(() => window.bellsHeard);

/** Waits until so many bells have rung since the page was loaded. */
export const hears = async (page: Page, bells: number): Promise<void> => {
  await page.waitForFunction((wanted) => window.bellsHeard >= wanted, bells);
};
