import { join } from 'node:path';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { createMediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import { allTables } from '@dugout/appliance/tables';
import type { Logger } from 'pino';
import type { Bookkeeping } from '../shipping/bookkeeping.ts';
import type { CloudAccess } from '../shipping/cloud-access.ts';
import type { VenueFile } from '../venue/venue-file.ts';
import { askOver } from './ask-cloud.ts';
import { createMediaUpload, type MediaUpload, type RowTraffic } from './media-upload.ts';
import { createNamedPictures } from './named-pictures-store.ts';
import { openCloudMedia } from './open-cloud-media.ts';
import { s3Address } from './s3-address.ts';
import { createSentPictures } from './sent-pictures-store.ts';

export interface MediaUploadOptions {
  readonly site: string;
  readonly dataDirectory: string;
  readonly access: CloudAccess;
  /** `DUGOUT_MEDIA_URL` */
  readonly mediaUrl: string | undefined;
  /** Null while there is none. */
  readonly venue: () => VenueFile | null;
  readonly bookkeeping: Pick<Bookkeeping, 'connection'>;
  readonly traffic: RowTraffic;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The daemon's part that sends pictures. Throws when `mediaUrl` cannot be used. */
export function composeMediaUpload(options: MediaUploadOptions): MediaUpload {
  const { site, dataDirectory, access, mediaUrl, venue, bookkeeping, traffic, clock, logger } = options;
  if (mediaUrl !== undefined) s3Address(mediaUrl);
  return createMediaUpload({
    site,
    named: createNamedPictures(allTables),
    venue,
    traffic,
    sent: createSentPictures(bookkeeping.connection),
    pictures: createMediaStore(join(dataDirectory, 'media'), clock),
    async connect() {
      const connection = await access.connect('dugout media');
      return {
        media: openCloudMedia(askOver(connection), mediaUrl, clock),
        close: connection.close,
      };
    },
    clock,
    logger,
  });
}
