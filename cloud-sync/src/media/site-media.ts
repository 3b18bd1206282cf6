import type { MediaStore } from '@dugout/appliance/platform/images/media-store.ts';
import type { CloudMedia } from './cloud-media.ts';

/** The pictures of one site in the cloud as the domain knows its media store. There is nothing to write there. */
export function siteMedia(cloud: Pick<CloudMedia, 'read' | 'has'>, site: string): MediaStore {
  const refuse = async (): Promise<never> => {
    throw new Error('pictures are written at the venue');
  };
  return {
    read: (file) => cloud.read(site, file),
    has: (file) => cloud.has(site, file),
    put: refuse,
    remove: refuse,
    sweep: refuse,
  };
}
