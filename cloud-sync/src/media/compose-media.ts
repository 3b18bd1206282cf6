import { join } from 'node:path';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { Table } from '@dugout/appliance/platform/database/table.ts';
import { createMediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import type { Logger } from 'pino';
import { connect, type Value } from '../postgres/connection.ts';
import type { Bookkeeping } from '../shipping/bookkeeping.ts';
import type { VenueFile } from '../venue/venue-file.ts';
import type { AskCloud } from './ask-cloud.ts';
import { createMediaUpload, type MediaLink, type MediaUpload, type RowTraffic } from './media-upload.ts';
import { createNamedPictures } from './named-pictures-store.ts';
import { openCloudMedia } from './open-cloud-media.ts';
import { createSentPictures } from './sent-pictures-store.ts';

export interface MediaUploadOptions {
  readonly site: string;
  readonly dataDirectory: string;
  /** Of the site's own role. */
  readonly cloudUrl: string;
  readonly mediaUrl: string | undefined;
  readonly tables: readonly Table[];
  readonly venue: () => VenueFile | null;
  readonly bookkeeping: Pick<Bookkeeping, 'connection'>;
  readonly traffic: RowTraffic;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The daemon's part that sends pictures. */
export function composeMediaUpload(options: MediaUploadOptions): MediaUpload {
  const { site, dataDirectory, cloudUrl, mediaUrl, tables, venue, bookkeeping, traffic, clock, logger } =
    options;

  async function link(): Promise<MediaLink> {
    const connection = await connect(cloudUrl, { name: `dugout media ${site}`, clock });
    const ask: AskCloud = async <Row>(of: string, text: string, parameters: readonly unknown[] = []) =>
      (await connection.query<Row>(text, [of, ...(parameters as Value[])])).rows;
    return { media: openCloudMedia(ask, mediaUrl, clock), close: connection.close };
  }

  return createMediaUpload({
    site,
    named: createNamedPictures(tables),
    venue,
    traffic,
    sent: createSentPictures(bookkeeping.connection),
    pictures: createMediaStore(join(dataDirectory, 'media'), clock),
    connect: link,
    clock,
    logger,
  });
}
