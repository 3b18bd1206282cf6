import { hash } from 'node:crypto';
import { hashIn } from '@dugout/appliance/platform/images/media-store.ts';
import type { MediaDepot, MediaPlace } from './media-depot.ts';
import type { MediaIndex } from './media-index-store.ts';

/** Pictures in the cloud, by site and by their name in the venue's media store. */
export interface CloudMedia {
  /** Sends a picture, unless it is there. Rejects when `bytes` are not what the name promises. */
  put(site: string, file: string, bytes: Buffer, beforePart?: () => Promise<void>): Promise<void>;
  has(site: string, file: string): Promise<boolean>;
  /** The bytes, whole; null when they are missing or damaged. */
  read(site: string, file: string): Promise<Buffer | null>;
  remove(site: string, file: string): Promise<void>;
  /** Names that the cloud holds, in their order, from after `after` on. */
  names(site: string, after: string, limit: number): Promise<string[]>;
  /** Equal for equal sets of names. */
  fingerprint(site: string): Promise<string>;
}

export interface CloudMediaParts {
  readonly index: MediaIndex;
  /** New pictures go to `place`; those that are kept at another are still found there. */
  readonly place: MediaPlace;
  readonly depots: { readonly postgres: MediaDepot; readonly s3?: MediaDepot };
}

export const isWhole = (file: string, bytes: Buffer): boolean => hashIn(file) === hash('sha256', bytes);

const atOnce = async () => {};

export function createCloudMedia({ index, place, depots }: CloudMediaParts): CloudMedia {
  function depotOf(where: MediaPlace): MediaDepot {
    const depot = depots[where];
    if (depot === undefined)
      throw new Error('a picture is kept in an S3 store, and DUGOUT_MEDIA_URL does not name it');
    return depot;
  }

  return {
    async put(site, file, bytes, beforePart = atOnce) {
      if (!isWhole(file, bytes)) throw new Error(`not the bytes of ${file}`);
      if ((await index.placeOf(site, file)) !== null) return;
      await depotOf(place).put(site, file, bytes, beforePart);
    },

    has: async (site, file) => (await index.placeOf(site, file)) !== null,

    async read(site, file) {
      if (hashIn(file) === undefined) return null;
      const where = await index.placeOf(site, file);
      if (where === null) return null;
      const bytes = await depotOf(where).read(site, file);
      return bytes !== null && isWhole(file, bytes) ? bytes : null;
    },

    async remove(site, file) {
      if (hashIn(file) === undefined) return;
      const where = await index.placeOf(site, file);
      // The bytes first: as long as the index names them, they are looked for again.
      await depotOf(where ?? place).remove(site, file);
      if (where !== null) await index.remove(site, file);
    },

    names: index.names,
    fingerprint: index.fingerprint,
  };
}
