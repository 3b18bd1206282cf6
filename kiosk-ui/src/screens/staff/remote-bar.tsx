import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, CircleAlert, Hourglass, ListChecks } from 'lucide-react';
import type { ReadingState } from '../../appliance-client/live.tsx';
import { sitesQuery } from '../../appliance-client/queries.ts';
import { isWaiting } from '../../appliance-client/remote-command.ts';
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
  const place = usePlace();
  const site = useQuery(sitesQuery).data?.items.find(({ id }) => id === place.site);
  const commands = useRemoteCommands();
  const waiting = commands.filter(isWaiting).length;
  const { unseen } = useUnseen(commands);

  return (
    <section
      aria-label={t('remote.bar')}
      className="-mx-4 flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b-2 border-line bg-sunken px-4 py-1.5 max-md:sticky max-md:top-0 max-md:z-10 sm:-mx-6 sm:px-6"
    >
      {/* A page of its own: nothing of this venue stays in memory. */}
      <a href="/sites" className={`${buttonLook('quiet')} -ms-3 px-0!`} aria-label={t('remote.sites')}>
        <ChevronLeft aria-hidden className="size-6 rtl:rotate-180" />
      </a>
      <strong className="-ms-3 min-w-0 grow basis-0 text-lg leading-tight font-bold break-words md:grow-0 md:basis-auto">
        {site?.name ?? place.siteName}
      </strong>
      <Button
        icon={ListChecks}
        tone={unseen > 0 ? 'danger' : 'plain'}
        onClick={onActions}
        className="ms-auto max-md:px-2 md:order-last"
      >
        <span className={waiting + unseen > 0 ? 'max-md:sr-only' : ''}>{t('remote.actions')}</span>
        <Count of={waiting} words={t('remote.waiting', { count: waiting })} />
        <Count of={unseen} words={t('remote.unseen', { count: unseen })} alarming />
      </Button>
      <span className="max-md:basis-full">
        {site ? (
          <VenueLinkMark site={site} />
        ) : (
          <span className="text-ink-soft">{t('venue_link.unknown')}</span>
        )}
      </span>
      <Freshness of={[reading]} on="bar" />
    </section>
  );
}

/** In words where there is room for them; nothing when it is zero. */
function Count({ of, words, alarming = false }: { of: number; words: string; alarming?: boolean }) {
  if (of === 0) return null;
  const Icon = alarming ? CircleAlert : Hourglass;
  return (
    <span className="figures">
      <span className="max-md:sr-only">{words}</span>
      <span aria-hidden className="inline-flex items-center gap-1 md:hidden">
        <Icon className="size-4" />
        {of}
      </span>
    </span>
  );
}
