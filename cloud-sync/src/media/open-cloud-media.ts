import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { AskCloud } from './ask-cloud.ts';
import { type CloudMedia, createCloudMedia } from './cloud-media.ts';
import { createMediaIndex } from './media-index-store.ts';
import { createPostgresDepot } from './postgres-depot-store.ts';
import { s3Address } from './s3-address.ts';
import { createS3Client } from './s3-client.ts';
import { createS3Depot } from './s3-depot.ts';

/** @param mediaUrl `DUGOUT_MEDIA_URL`; undefined keeps pictures in Postgres. Throws when it cannot be one. */
export function openCloudMedia(ask: AskCloud, mediaUrl: string | undefined, clock: Clock): CloudMedia {
  const index = createMediaIndex(ask);
  const postgres = createPostgresDepot(ask);
  if (mediaUrl === undefined) return createCloudMedia({ index, place: 'postgres', depots: { postgres } });
  const s3 = createS3Depot({ s3: createS3Client({ address: s3Address(mediaUrl), clock }), index });
  return createCloudMedia({ index, place: 's3', depots: { postgres, s3 } });
}
