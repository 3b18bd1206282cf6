import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { MediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import { createNowAndThen } from '@dugout/appliance/platform/now-and-then.ts';
import type { Logger } from 'pino';
import type { VenueFile } from '../venue/venue-file.ts';
import type { CloudMedia } from './cloud-media.ts';
import { fingerprintOf } from './media-index-store.ts';
import type { NamedPictures } from './named-pictures-store.ts';
import type { SentPictures } from './sent-pictures-store.ts';

/** What pictures need to know of the rows, which go before them. */
export interface RowTraffic {
  /** The newest change that the replica holds. */
  acked(): number;
  /** Whether the link is live and no row has waited for longer than a moment. */
  isFree(): boolean;
}

/** A connection to the cloud for pictures alone, so that no row waits behind one. */
export interface MediaLink {
  readonly media: CloudMedia;
  close(): Promise<void>;
}

export interface MediaUploadParts {
  readonly site: string;
  readonly named: NamedPictures;
  /** Null while there is none. */
  readonly venue: () => VenueFile | null;
  readonly traffic: RowTraffic;
  readonly sent: SentPictures;
  readonly pictures: Pick<MediaStore, 'read'>;
  readonly connect: () => Promise<MediaLink>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface MediaFigures {
  /** Pictures that rows name and the cloud does not hold. */
  readonly media_waiting: number;
  /** Those among them that are missing or damaged at the venue, and cannot be sent. */
  readonly media_unreadable: number;
  readonly media_sent: number;
  readonly media_sent_bytes: number;
  readonly media_removed: number;
}

export interface MediaUpload {
  start(): void;
  stop(): Promise<void>;
  /** Rows went out, or the link is free: there may be something to do. */
  wake(): void;
  figures(): MediaFigures;
}

/** Names that went are looked for this long after the last time, if anything changed since. */
const sweepAfterMs = 60_000;
/** What is known of the cloud is compared with it this often, and after every failure. */
const agreeEveryMs = 600_000;
const idleMs = 30_000;
const lookAgainMs = 250;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
const pageFiles = 1_000;
/** One picture that the cloud does not take stops nobody; several in a row are the link. */
const failuresInARow = 3;

/**
 * Sends the pictures that rows in the cloud name and the cloud does not hold, and removes from it those that no row
 * names any more: always after the rows that say so. What the cloud holds, it says itself; what is remembered of it
 * here is compared by a fingerprint.
 */
export function createMediaUpload(parts: MediaUploadParts): MediaUpload {
  const { site, named, venue: findVenue, traffic, sent, pictures, clock, logger } = parts;
  const worthSaying = createNowAndThen(clock, 3_600_000);
  const waiting = new Set<string>();
  /** In how many sweeps a name was found that has no whole file: once may be a file whose row was just going. */
  const unreadable = new Map<string, number>();
  const skipped = new Set<string>();
  const count = { sent: 0, bytes: 0, removed: 0 };
  /** Names are known in all rows as of this change; null before the first sweep. */
  let position: { epoch: number; seq: number } | null = null;
  let sweptAt = 0;
  let stirred = false;
  let mayRemove = false;
  let agreedAt: number | null = null;
  let link: MediaLink | null = null;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let rouse = () => {};
  let roused = false;

  async function untilWoken(ms: number): Promise<void> {
    if (roused || stopped) {
      roused = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      rouse = () => {
        cancel();
        resolve();
      };
    });
    rouse = () => {};
    roused = false;
  }

  const wake = () => {
    roused = true;
    rouse();
  };

  /** Answers whether the rows are out of the way; false when it is time to stop. */
  async function untilFree(): Promise<boolean> {
    while (!stopped && !traffic.isFree()) await untilWoken(lookAgainMs);
    return !stopped;
  }

  const mayGoOn = async () => {
    if (!(await untilFree())) throw new Stopped();
  };

  async function media(): Promise<CloudMedia> {
    link ??= await parts.connect();
    return link.media;
  }

  async function hangUp(): Promise<void> {
    const left = link;
    link = null;
    await left?.close();
  }

  async function* heldByCloud(cloud: CloudMedia): AsyncGenerator<string[]> {
    for (let after = ''; ; ) {
      const page = await cloud.names(site, after, pageFiles);
      yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageFiles) return;
      after = last;
    }
  }

  async function agreeWithCloud(): Promise<void> {
    if (agreedAt !== null && clock.monotonic() < agreedAt + agreeEveryMs) return;
    const cloud = await media();
    if ((await cloud.fingerprint(site)) !== fingerprintOf(sent.all())) {
      await sent.replace(heldByCloud(cloud), clock.now());
      position = null;
    }
    agreedAt = clock.monotonic();
  }

  async function sweep(venue: VenueFile, epoch: number): Promise<void> {
    let from: number | undefined;
    sent.named.clear();
    for (const { files, through } of named.everywhere(venue)) {
      from ??= through;
      sent.named.add(files);
      await nextTurn();
    }
    position = { epoch, seq: from ?? 0 };
    sweptAt = clock.monotonic();
    stirred = false;
    mayRemove = true;
    waiting.clear();
    skipped.clear();
    for (const file of sent.namedUnsent()) waiting.add(file);
    for (const file of unreadable.keys()) if (!waiting.has(file)) unreadable.delete(file);
  }

  /** Takes in what the log tells of; answers up to where. */
  async function follow(venue: VenueFile, from: { epoch: number; seq: number }): Promise<number> {
    for (let after = from.seq; ; ) {
      const { files, through, ...page } = named.since(venue, after);
      stirred ||= page.stirred;
      sent.named.add(files);
      for (const file of files) if (!sent.has(file)) waiting.add(file);
      after = through;
      position = { ...from, seq: through };
      if (page.complete) return through;
      await nextTurn();
    }
  }

  function skip(file: string): void {
    const times = (unreadable.get(file) ?? 0) + 1;
    unreadable.set(file, times);
    skipped.add(file);
    stirred = true;
    if (times > 1 && worthSaying(file))
      logger.error({ file }, 'a picture is missing or damaged at the venue, and is not sent');
  }

  async function sendWaiting(): Promise<void> {
    let failed: unknown;
    let inARow = 0;
    for (const file of [...waiting]) {
      if (skipped.has(file)) continue;
      await mayGoOn();
      const bytes = await pictures.read(file);
      if (bytes === null) {
        skip(file);
        continue;
      }
      try {
        await (await media()).put(site, file, bytes, mayGoOn);
        inARow = 0;
      } catch (error) {
        if (error instanceof Stopped) throw error;
        failed = error;
        inARow += 1;
        // To the end of the line.
        waiting.delete(file);
        waiting.add(file);
        if (inARow === failuresInARow) break;
        await hangUp();
        continue;
      }
      sent.add(file, clock.now());
      waiting.delete(file);
      count.sent += 1;
      count.bytes += bytes.length;
    }
    if (failed !== undefined) throw failed;
  }

  async function removeUnnamed(): Promise<void> {
    for (const file of sent.sentUnnamed()) {
      await mayGoOn();
      await (await media()).remove(site, file);
      sent.drop(file);
      count.removed += 1;
    }
    mayRemove = false;
  }

  async function round(): Promise<void> {
    if (!(await untilFree())) return;
    const venue = findVenue();
    if (venue === null) return;
    await agreeWithCloud();
    const { epoch, capture, floor } = venue.snapshot(({ life }) => life);
    if (capture !== 'on') return;
    const sinceSweep = clock.monotonic() - sweptAt;
    const isLost = position === null || position.epoch !== epoch || position.seq < floor;
    if (isLost || (stirred && sinceSweep >= sweepAfterMs)) await sweep(venue, epoch);
    if (position === null) return;
    const through = await follow(venue, position);
    // Only what the rows in the cloud say: names that came, and names that went.
    while (traffic.acked() < through) {
      await untilWoken(lookAgainMs);
      if (!(await untilFree())) return;
    }
    await sendWaiting();
    if (mayRemove) await removeUnnamed();
    await hangUp();
  }

  async function run(): Promise<void> {
    for (let pauseMs = firstPauseMs; !stopped; ) {
      try {
        await round();
        pauseMs = firstPauseMs;
        await untilWoken(idleMs);
      } catch (error) {
        await hangUp();
        if (stopped) return;
        if (worthSaying('failure')) logger.warn({ err: error }, 'pictures could not be sent, and will be');
        agreedAt = null;
        await pause(pauseMs);
        pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      }
    }
  }

  /** Acknowledged rows do not cut it short. */
  async function pause(ms: number): Promise<void> {
    const until = clock.monotonic() + ms;
    while (!stopped && clock.monotonic() < until) await untilWoken(until - clock.monotonic());
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      stopped = true;
      wake();
      await running;
      await hangUp();
    },
    wake,
    figures: () => ({
      media_waiting: waiting.size,
      media_unreadable: [...unreadable.values()].filter((times) => times > 1).length,
      media_sent: count.sent,
      media_sent_bytes: count.bytes,
      media_removed: count.removed,
    }),
  };
}

class Stopped extends Error {}

/** A long sweep lets others have their turn. */
const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));
