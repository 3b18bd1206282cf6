import { useQuery } from '@tanstack/react-query';
import { useDataTrueAt } from './data-age.ts';
import { placeQuery } from './queries.ts';
import { siteBase } from './site-path.ts';

export type PageOf = {
  remote: boolean;
  /** Known to be the venue's own: what speaks of its machine can be asked for. */
  atVenue: boolean;
  site: string | null;
  siteName: string | null;
};

/**
 * Whether the page is served by the replica of a venue and not by the venue itself. A page below a site's path needs
 * no answer to know it, and a page that does not know it yet is taken for the venue's.
 */
export function usePlace(): PageOf {
  const place = useQuery(placeQuery).data;
  const aged = useDataTrueAt() !== null;
  return {
    remote: siteBase !== '' || aged || place?.kind === 'replica',
    atVenue: place?.kind === 'venue',
    site: place?.site ?? null,
    siteName: place?.site_name ?? null,
  };
}
