import { join } from 'node:path';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { createMediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import { allTables } from '@dugout/appliance/tables';
import { createNamedPictures } from '../media/named-pictures-store.ts';
import { openCloudMedia } from '../media/open-cloud-media.ts';
import type { Value } from '../postgres/connection.ts';
import type { Ask } from '../ranges/replica-side.ts';
import { openVenueFile } from '../venue/venue-file.ts';

export interface FetchedPictures {
  /** On the disk now, whole, under the hash of their bytes. */
  readonly there: number;
  /** Named by a row, and not in the cloud: they never arrived there. */
  readonly missing: number;
}

export interface FetchParts {
  readonly site: string;
  readonly ask: Ask;
  readonly mediaUrl: string | undefined;
  /** Where the rows are that name them. */
  readonly databaseIn: string;
  /** Where `media` is to be. */
  readonly mediaIn: string;
  readonly clock: Clock;
}

/** Brings every picture that a row names from the cloud, unless it is there. Each is held against its hash. */
export async function fetchPictures(parts: FetchParts): Promise<FetchedPictures> {
  const { site, ask, mediaUrl, databaseIn, mediaIn, clock } = parts;
  const venue = openVenueFile(databaseIn);
  if (venue === null) throw new Error(`there is no database in ${databaseIn}`);
  const cloud = openCloudMedia(
    (of, text, parameters = []) => ask(text, [of, ...(parameters as Value[])]),
    mediaUrl,
    clock,
  );
  const store = createMediaStore(join(mediaIn, 'media'), clock);
  let there = 0;
  let missing = 0;
  try {
    for (const { files } of createNamedPictures(allTables).everywhere(venue)) {
      for (const file of new Set(files)) {
        if (await store.has(file)) {
          there += 1;
          continue;
        }
        const bytes = await cloud.read(site, file);
        if (bytes === null) missing += 1;
        else {
          await store.put(bytes, file.slice(file.lastIndexOf('.') + 1));
          there += 1;
        }
      }
    }
    return { there, missing };
  } finally {
    venue.close();
  }
}
