import { setTimeout as delay } from 'node:timers/promises';
import type { GuestAnswer } from '../../../appliance/contract/games.ts';
import type { Tally } from './tally.ts';

/** A guest's own phone: it has no account and knows one address, from the QR code of the ticket. */
export interface Phone {
  /** Throws when the page says no. */
  open(pageUrl: string): Promise<void>;
  /** Presses a button of the page; nothing happens when nothing answers. */
  press(pageUrl: string, answer: GuestAnswer): Promise<void>;
  /** Waits for the souvenir and takes it home; throws when it does not come. */
  collect(pageUrl: string): Promise<void>;
}

const souvenirPatienceMs = 60_000;

/** @param url where this machine finds the appliance: the ticket's address is for phones on the venue's network */
export function createPhone(url: string, tally: Tally, stop: AbortSignal): Phone {
  /** Null when nothing answers: the owner tries again later. */
  async function get(path: string): Promise<Response | null> {
    const answer = await fetch(url + path, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
    if (answer !== null && answer.status >= 400 && answer.status < 500) {
      throw new Error(`${path} answered ${answer.status}`);
    }
    await answer?.arrayBuffer().catch(() => null);
    return answer;
  }

  return {
    async open(pageUrl) {
      const page = await get(new URL(pageUrl).pathname);
      if (page?.ok) tally.pagesOpened += 1;
    },
    async press(pageUrl, answer) {
      const button = `${url}${new URL(pageUrl).pathname}/${answer}`;
      const signal = AbortSignal.timeout(10_000);
      const page = await fetch(button, { method: 'POST', redirect: 'manual', signal }).catch(() => null);
      if (page !== null && page.status >= 400 && page.status < 500)
        throw new Error(`${answer} on a page answered ${page.status}`);
      if (page?.status === 303) tally.buttonsPressed += 1;
    },
    async collect(pageUrl) {
      const path = `${new URL(pageUrl).pathname}/print.jpg`;
      const until = performance.now() + souvenirPatienceMs;
      while (performance.now() < until) {
        const picture = await get(path);
        if (picture?.status === 200) {
          tally.souvenirs += 1;
          return;
        }
        await delay((Number(picture?.headers.get('retry-after')) || 1) * 1000, undefined, { signal: stop });
      }
      throw new Error(`${path} never came`);
    },
  };
}
