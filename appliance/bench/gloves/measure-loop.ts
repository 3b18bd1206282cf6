import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/free-port.ts';
import { createPerformance } from '../../src/testing/simulated-glove/hand.ts';
import { createPhone, type Phone, recordingOf } from '../../src/testing/simulated-glove/phone.ts';
import { type ProcessMetrics, readProcessMetrics } from '../api/process-metrics.ts';
import { inRounds } from '../measuring/rounds.ts';
import { quantile } from '../measuring/statistics.ts';
import { type GloveVenue, openVenue } from './glove-venue.ts';
import { rateHz, threeMinutes } from './hands.ts';
import type { LoadGenerator } from './load-generator.ts';
import { storedGame } from './measure-analysis.ts';

/**
 * The main thread, and who asks it for something: while it has nothing to do, while threads analyse ten games, and while
 * ten phones post a game each, which are stored, analysed, told, and made into a picture.
 */
export const companies = ['idle', 'analysing', 'posting'] as const;

export interface LoopRun {
  readonly seconds: number;
  /** Event-loop delay, milliseconds. */
  readonly loop: ProcessMetrics['eventLoopDelay'];
  /** Answers to `GET /api/queue`, milliseconds. */
  readonly http: { readonly requests: number; readonly p50: number; readonly p99: number };
}
export type LoopRuns = Readonly<Record<(typeof companies)[number], readonly LoopRun[]>>;

const games = 10;
const requestsPerSecond = 100;
const idleSeconds = 4;
const password = 'a long one indeed 1';

export async function measureLoop(
  clients: LoadGenerator,
  directory: string,
  rounds: number,
): Promise<LoopRuns> {
  const port = await freePort();
  const order = storedGame(join(directory, 'loop-game'));
  const program = join(import.meta.dirname, 'analysis', 'appliance.ts');
  const venue = await openVenue(join(directory, 'loop'), [program, String(port), JSON.stringify(order)]);
  try {
    const phones = await signedIn(venue);
    const recordings = phones.map((_, seed) =>
      recordingOf(createPerformance({ seed: seed + 1 }), { score: 100, rateHz, seconds: threeMinutes }),
    );
    const works = {
      idle: () => delay(idleSeconds * 1_000),
      analysing: async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/`);
        const analysed = await answer.text();
        if (analysed !== String(games)) throw new Error(`of ${games} games ${analysed} were analysed`);
      },
      posting: () =>
        Promise.all(
          phones.map(async (phone, index) => {
            const recording = recordings[index];
            if (recording === undefined) return;
            const { game_id } = await phone.post(recording);
            await phone.reconciled(game_id);
          }),
        ),
    };
    const measure = async (company: (typeof companies)[number]): Promise<LoopRun> => {
      await clients.startAsking({ url: venue.url, path: '/api/queue', perSecond: requestsPerSecond });
      await readProcessMetrics(venue.url);
      const began = performance.now();
      await works[company]();
      const seconds = (performance.now() - began) / 1_000;
      const { eventLoopDelay } = await readProcessMetrics(venue.url);
      const ms = await clients.stopAsking();
      const http = { requests: ms.length, p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) };
      return { seconds, loop: eventLoopDelay, http };
    };
    for (const company of companies) await measure(company);
    const [idle = [], analysing = [], posting = []] = await inRounds(companies, rounds, measure);
    return { idle, analysing, posting };
  } finally {
    await venue.stop();
  }
}

async function signedIn({ url }: GloveVenue): Promise<Phone[]> {
  const phones: Phone[] = [];
  for (let number = 0; number < games; number += 1) {
    const phone = createPhone({ url, username: `phone${number}`, password });
    await phone.signUp(`Ana ${number}`);
    await phone.signIn();
    phones.push(phone);
  }
  return phones;
}
