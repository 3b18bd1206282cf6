import { useQuery } from '@tanstack/react-query';
import { ListChecks, Map as MapIcon } from 'lucide-react';
import type { ReadingState } from '../../appliance-client/live.tsx';
import { sitesQuery } from '../../appliance-client/queries.ts';
import { isWaiting } from '../../appliance-client/remote-command.ts';
import { siteBase } from '../../appliance-client/site-path.ts';
import { usePlace } from '../../appliance-client/use-place.ts';
import { Button, buttonLook } from '../../components/button.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { VenueLinkMark } from '../../components/link-mark.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useUnseen } from './unseen-actions.ts';
import { useRemoteCommands } from './use-actions.tsx';

export type RemoteBarProps = { reading: ReadingState; onActions: () => void };

/** What only a console far from its venue must say: which venue, how the link is, how old the data, what waits. */
export function RemoteBar({ reading, onActions }: RemoteBarProps) {
  const t = useText();
  const { siteName } = usePlace();
  const sites = useQuery(sitesQuery).data?.items ?? [];
  const site =
    sites.find(({ id }) => siteBase === `/sites/${id}`) ?? (sites.length === 1 ? sites[0] : undefined);
  const commands = useRemoteCommands();
  const waiting = commands.filter(isWaiting).length;
  const { unseen } = useUnseen(commands);

  return (
    <section
      aria-label={t('remote.bar')}
      className="-mx-4 -mt-3 flex basis-[calc(100%+2rem)] flex-wrap items-center gap-x-4 gap-y-1 border-b-2 border-line bg-sunken px-4 py-1.5 sm:-mx-6 sm:basis-[calc(100%+3rem)] sm:px-6"
    >
      <strong className="text-lg font-bold">{site?.name ?? siteName}</strong>
      {site ? (
        <VenueLinkMark site={site} />
      ) : (
        <span className="text-ink-soft">{t('venue_link.unknown')}</span>
      )}
      <Freshness of={[reading]} />
      <span className="ms-auto flex gap-2">
        {/* A page of its own: nothing of this venue stays in memory. */}
        <a href="/sites" className={buttonLook('quiet')} aria-label={t('remote.sites')}>
          <MapIcon aria-hidden className="size-[1.25em] shrink-0" />
          <span className="max-sm:sr-only">{t('remote.sites')}</span>
        </a>
        <Button icon={ListChecks} tone={unseen > 0 ? 'danger' : 'plain'} onClick={onActions}>
          <span className={waiting + unseen > 0 ? 'max-sm:sr-only' : ''}>{t('remote.actions')}</span>
          {waiting > 0 && <span className="figures">{t('remote.waiting', { count: waiting })}</span>}
          {unseen > 0 && <span className="figures">{t('remote.unseen', { count: unseen })}</span>}
        </Button>
      </span>
    </section>
  );
}
