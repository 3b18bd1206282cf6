import type { Floor } from '@dugout/appliance/contract/queue.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Keyboard,
  LogOut,
  type LucideIcon,
  MessageCircleReply,
  MessageSquareText,
  MonitorSmartphone,
  Search,
  TriangleAlert,
} from 'lucide-react';
import { type RefObject, useState } from 'react';
import { useLocation } from 'wouter';
import { appliance } from '../../appliance-client/appliance.ts';
import type { ReadingState } from '../../appliance-client/live.tsx';
import { carriersQuery, devicesQuery } from '../../appliance-client/queries.ts';
import { usePlace } from '../../appliance-client/use-place.ts';
import { Brand } from '../../components/brand.tsx';
import { Button } from '../../components/button.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { useText } from '../../i18n/use-text.ts';
import { ActionsPanel } from './actions-panel.tsx';
import { CloudChip } from './cloud-chip.tsx';
import { CloudPanel } from './cloud-panel.tsx';
import { DevicesPanel } from './devices-panel.tsx';
import { devicesInTrouble } from './devices-worst-first.ts';
import { JobsPanel } from './jobs-panel.tsx';
import { RemoteBar } from './remote-bar.tsx';
import { RepliesPanel } from './replies-panel.tsx';
import { TextsPanel } from './texts-panel.tsx';

type Panel = 'actions' | 'cloud' | 'texts' | 'replies' | 'jobs' | 'devices';

export type TopBarProps = {
  floor: Floor;
  reading: ReadingState;
  words: string;
  onWords: (words: string) => void;
  searchField: RefObject<HTMLInputElement | null>;
  onHelp: () => void;
};

export function TopBar({ floor, reading, words, onWords, searchField, onHelp }: TopBarProps) {
  const t = useText();
  const [panel, setPanel] = useState<Panel>();
  const client = useQueryClient();
  const [, goTo] = useLocation();
  const { counts } = floor;
  const { remote, atVenue } = usePlace();
  const carriers = useQuery({ ...carriersQuery, enabled: atVenue }).data?.items;
  const noWayOut = carriers?.every(({ available }) => !available) ?? false;
  const troubled = devicesInTrouble(useQuery(devicesQuery).data?.items ?? []);
  const close = () => setPanel(undefined);

  const signOut = async () => {
    await appliance.signOut().catch(() => undefined);
    client.clear();
    goTo('/sign-in?next=/staff');
  };

  return (
    // Far away there is more to say; a phone then keeps only the first bar in sight.
    <header className={remote ? 'top-0 z-10 max-md:contents md:sticky' : 'sticky top-0 z-10'}>
      {remote && <RemoteBar reading={reading} onActions={() => setPanel('actions')} />}
      <div
        className={`-mx-4 flex flex-wrap items-center gap-x-3 gap-y-2 border-b-2 border-line bg-paper px-4 py-3 sm:-mx-6 sm:px-6 ${remote ? 'max-md:-mt-5' : ''}`}
      >
        <span className="me-2 text-xl max-md:sr-only">
          <Brand name={t('brand')} />
        </span>
        <label className="relative grow basis-48 md:max-w-sm">
          <span className="sr-only">{t('staff.search')}</span>
          <Search aria-hidden className="absolute start-3.5 top-1/2 size-5 -translate-y-1/2 text-ink-soft" />
          <input
            ref={searchField}
            type="search"
            value={words}
            onChange={(event) => onWords(event.target.value)}
            placeholder={t('staff.search')}
            className="min-h-12 w-full rounded-xl border-2 border-edge bg-surface ps-11 pe-3 text-lg placeholder:text-ink-soft"
          />
        </label>
        <p className="figures text-ink-soft">
          {t('staff.served', { served: counts.served_today })}
          <span aria-hidden> · </span>
          {t('staff.no_shows', { missed: counts.no_shows_today })}
        </p>
        {!remote && <Freshness of={[reading]} />}
        <nav aria-label={t('staff.panels')} className="ms-auto flex gap-2">
          {!remote && <CloudChip onOpen={() => setPanel('cloud')} />}
          <PanelButton
            icon={MessageSquareText}
            name={t('staff.texts')}
            count={counts.messages_pending}
            alarming={noWayOut}
            onOpen={() => setPanel('texts')}
          />
          <PanelButton
            icon={MessageCircleReply}
            name={t('staff.replies')}
            count={counts.replies_open}
            alarming
            onOpen={() => setPanel('replies')}
          />
          <PanelButton
            icon={TriangleAlert}
            name={t('staff.jobs')}
            count={counts.jobs_failed}
            alarming
            onOpen={() => setPanel('jobs')}
          />
          <PanelButton
            icon={MonitorSmartphone}
            name={t('staff.devices')}
            count={troubled}
            alarming
            onOpen={() => setPanel('devices')}
          />
          <Button
            tone="quiet"
            icon={Keyboard}
            aria-label={t('shortcuts.title')}
            onClick={onHelp}
            className="px-0! max-md:hidden"
          />
          <Button
            tone="quiet"
            icon={LogOut}
            aria-label={t('staff.sign_out')}
            onClick={() => void signOut()}
            className="px-0!"
          />
        </nav>
      </div>
      {panel === 'actions' && <ActionsPanel onClose={close} />}
      {panel === 'cloud' && <CloudPanel onClose={close} />}
      {panel === 'texts' && <TextsPanel onClose={close} />}
      {panel === 'replies' && <RepliesPanel onClose={close} />}
      {panel === 'jobs' && <JobsPanel onClose={close} />}
      {panel === 'devices' && <DevicesPanel onClose={close} />}
    </header>
  );
}

type PanelButtonProps = {
  icon: LucideIcon;
  name: string;
  count: number;
  alarming?: boolean;
  onOpen: () => void;
};

/** Opens a side panel; a count that is not zero is always in sight, the name where there is room for it. */
function PanelButton({ icon, name, count, alarming = false, onOpen }: PanelButtonProps) {
  return (
    <Button
      icon={icon}
      tone={alarming && count > 0 ? 'danger' : 'plain'}
      onClick={onOpen}
      className="max-xl:px-3"
    >
      <span className="max-xl:sr-only">{name}</span>
      {count > 0 && <span className="figures">{count}</span>}
    </Button>
  );
}
