import type { Link, Site, SyncState } from '@dugout/appliance/contract/replication.ts';
import {
  CloudAlert,
  CloudCheck,
  CloudDownload,
  CloudOff,
  CloudUpload,
  type LucideIcon,
  TriangleAlert,
  Unplug,
} from 'lucide-react';
import { useNow } from '../appliance-client/use-now.ts';
import { venueNow } from '../appliance-client/venue-clock.ts';
import { useFormats } from '../i18n/use-formats.ts';
import { useText } from '../i18n/use-text.ts';
import { cloudLinkWords, venueLinkWords } from './link-words.ts';

type Look = { icon: LucideIcon; colour: string };

const looks: Record<SyncState, Look> = {
  live: { icon: CloudCheck, colour: 'text-good' },
  catching_up: { icon: CloudUpload, colour: 'text-accent' },
  bootstrapping: { icon: CloudUpload, colour: 'text-accent' },
  restoring: { icon: CloudDownload, colour: 'text-accent' },
  schema_behind: { icon: CloudAlert, colour: 'text-accent' },
  fenced: { icon: TriangleAlert, colour: 'font-semibold text-bad' },
  offline: { icon: Unplug, colour: 'font-semibold text-bad' },
};

/** How the replica stands with a venue, told by shape and word. */
export function VenueLinkMark({ site }: { site: Site }) {
  const t = useText();
  const { number, timeSince } = useFormats();
  const now = useNow(60_000);
  const { icon: Icon, colour } = looks[site.state];
  const { id, ...values } = venueLinkWords(site);
  return (
    <span className={`figures inline-flex items-center gap-1.5 ${colour}`}>
      <Icon aria-hidden className="size-5 shrink-0" />
      {t(id, {
        ...('count' in values ? { count: number(values.count) } : {}),
        ...('since' in values ? { since: timeSince(values.since, now) } : {}),
      })}
    </span>
  );
}

/** How the venue stands with its cloud, for its own staff: the words, the icon, and whether somebody must decide. */
export function useCloudLink(link: Link): { words: string; icon: LucideIcon; alarming: boolean } {
  const t = useText();
  const { timeSince } = useFormats();
  const now = venueNow(useNow(60_000));
  const { id, ...values } = cloudLinkWords(link);
  return {
    words: t(id, 'since' in values ? { since: timeSince(values.since, now) } : values),
    icon: link.status === null || link.status.state === 'offline' ? CloudOff : looks[link.status.state].icon,
    alarming: id === 'cloud_link.fenced',
  };
}
