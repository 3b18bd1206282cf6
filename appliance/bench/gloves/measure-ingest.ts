import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CoreTime, coreTimeOf } from '../mqtt/process-figures.ts';
import { enrolGloves, openSessions, openVenue, site, tablet } from './glove-venue.ts';
import { rateHz } from './hands.ts';
import type { Sent, Watched } from './load/gloves.ts';
import type { LoadGenerator } from './load-generator.ts';
import { readStored, type StoredSamples } from './stored-samples.ts';

export interface IngestPace {
  readonly gloves: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** The appliance's process over some seconds. */
export interface Stretch {
  /** Of a core. */
  readonly share: number;
  /** Of the time, how much its threads could have run and had no core. */
  readonly waited: number;
  readonly usEach: number;
}

export interface Ingest {
  readonly gloves: number;
  /** Nobody watches. */
  readonly alone: readonly Stretch[];
  /** Beside screens that each follow a glove. */
  readonly watched: readonly (Stretch & { readonly screens: Watched })[];
  readonly sent: Sent;
  readonly stored: StoredSamples;
}

/** A venue has so many screens at most that show live signals. */
const screens = 10;
/** What is on its way arrives. */
const farewellMs = 1_000;
/** Compilers have seen it, and the first chunks are stored. */
const warmUpMs = 10_000;

/** Gloves that all play, through the appliance's own process, with a session open for each. */
export async function measureIngest(
  clients: LoadGenerator,
  directory: string,
  { gloves: count, rounds, seconds }: IngestPace,
): Promise<Ingest> {
  const venue = await openVenue(join(directory, 'ingest'));
  let isOpen = true;
  try {
    const gloves = await enrolGloves(venue, count);
    await clients.connectGloves({
      port: venue.mqttPort,
      gloves,
      root: `dugout/v1/${site}`,
      from: 0,
    });
    await clients.startGloves();
    const sessions = await openSessions(venue, gloves);
    await delay(warmUpMs);

    const watchers = Math.min(screens, count);
    const alone: Stretch[] = [];
    const watched: Ingest['watched'][number][] = [];
    const measure = () => overSeconds(seconds, count, () => coreTimeOf(venue.pid));
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await measure());
      await clients.watchGloves({
        webSocketPort: venue.httpPort,
        as: tablet,
        gloves: Array.from({ length: watchers }, (_, index) => Math.floor((index * count) / watchers)),
      });
      const stretch = await measure();
      watched.push({ ...stretch, screens: await clients.unwatchGloves() });
    }
    const sent = await clients.stopGloves();
    await delay(farewellMs);
    await venue.stop();
    isOpen = false;
    return {
      gloves: count,
      alone,
      watched,
      sent,
      stored: readStored(venue.directory, sessions, sent.numbers),
    };
  } finally {
    if (isOpen) await venue.stop();
  }
}

async function overSeconds(seconds: number, gloves: number, cpu: () => CoreTime): Promise<Stretch> {
  const before = cpu();
  const began = performance.now();
  await delay(seconds * 1_000);
  const tookUs = (performance.now() - began) * 1_000;
  const after = cpu();
  const used = after.used - before.used;
  return {
    share: used / tookUs,
    waited: (after.waited - before.waited) / tookUs,
    usEach: used / ((gloves * rateHz * tookUs) / 1e6),
  };
}
