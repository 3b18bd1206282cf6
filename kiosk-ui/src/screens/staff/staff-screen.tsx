import type { Role } from '@dugout/appliance/contract/auth.ts';
import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { Live } from '../../appliance-client/live.tsx';
import { floorQuery, gamesQuery } from '../../appliance-client/queries.ts';
import { usePlace } from '../../appliance-client/use-place.ts';
import { Failure } from '../../components/failure.tsx';
import { Message } from '../../components/message.tsx';
import { SignedIn } from '../../components/signed-in.tsx';
import { useText } from '../../i18n/use-text.ts';
import { ActionTray } from './action-tray.tsx';
import { FloorView } from './floor-view.tsx';
import { LaneCard } from './lane-card.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { TopBar } from './top-bar.tsx';
import { ActionsProvider, callNext, useCommands, useLedger } from './use-actions.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const roles: readonly Role[] = ['staff', 'admin'];
const topics: readonly LiveTopic[] = [
  'queue',
  'stations',
  'attractions',
  'messages',
  'jobs',
  'replies',
  'devices',
  'link',
];

/** The whole floor on one page. */
export default function StaffScreen() {
  const t = useText();
  return (
    <SignedIn roles={roles}>
      <Live topics={topics}>
        <title>{t('title', { screen: t('screen.staff') })}</title>
        <ActionsProvider>
          <Console />
          <ActionTray />
        </ActionsProvider>
      </Live>
    </SignedIn>
  );
}

function Console() {
  const t = useText();
  const [words, setWords] = useState('');
  const [search, setSearch] = useSearchParams();
  const floor = useQuery(floorQuery);
  const { remote } = usePlace();
  const signedUp = useQuery(gamesQuery('new'));
  const lane = search.get('lane');
  const searchField = useRef<HTMLInputElement>(null);
  const [helpOpen, setHelpOpen] = useState(false);
  const { run, undo } = useCommands();
  const ledger = useLedger();

  const [keysOn, setKeysOn] = useShortcuts((shortcut) => {
    const lanes = floor.data?.attractions ?? [];
    const target = lanes.find(({ id }) => id === lane) ?? lanes[0];
    const undoable = ledger.findLast((entry) => entry.state === 'done' && entry.undoable);
    if (shortcut === 'search') searchField.current?.focus();
    if (shortcut === 'help') setHelpOpen(true);
    if (shortcut === 'call_next' && target) run(callNext(target));
    if (shortcut === 'undo' && undoable) undo(undoable.id);
  });

  if (!floor.data)
    return floor.isError ? (
      <Message title={t(remote ? 'away.replica' : 'away.title')} />
    ) : (
      <Message title={t('starting')} />
    );

  const chooseLane = (id: string) => setSearch(id === lane ? {} : { lane: id }, { replace: true });
  return (
    <div className="mx-auto flex min-h-dvh max-w-[112rem] flex-col gap-5 px-4 pb-40 sm:px-6">
      <TopBar
        floor={floor.data}
        reading={floor}
        words={words}
        onWords={setWords}
        searchField={searchField}
        onHelp={() => setHelpOpen(true)}
      />
      {helpOpen && <ShortcutsDialog on={keysOn} onSwitch={setKeysOn} onClose={() => setHelpOpen(false)} />}
      <main className="flex flex-col gap-5">
        <h1 className="sr-only">{t('screen.staff')}</h1>
        {floor.isError && <Failure error={floor.error} />}
        <div className="grid gap-4 sm:grid-cols-[repeat(auto-fit,minmax(19rem,1fr))]">
          {floor.data.attractions.map((attraction) => (
            <LaneCard
              key={attraction.id}
              attraction={attraction}
              chosen={lane === attraction.id}
              onChoose={() => chooseLane(attraction.id)}
            />
          ))}
        </div>
        <FloorView floor={floor.data} signedUp={signedUp.data?.items ?? []} lane={lane} words={words} />
      </main>
    </div>
  );
}
