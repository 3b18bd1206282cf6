import type { Station } from '@dugout/appliance/contract/attractions.ts';
import type { Game, GameAction } from '@dugout/appliance/contract/games.ts';
import {
  BellRing,
  Check,
  CircleX,
  Flag,
  Hand,
  History,
  ListPlus,
  type LucideIcon,
  MapPin,
  Megaphone,
  Play,
  RotateCcw,
  Undo2,
  UserX,
} from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Modal } from '../../components/modal.tsx';
import { type MenuItem, MoreMenu } from '../../components/more-menu.tsx';
import { ResultForm } from '../../components/result-form.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { StaffVerb } from './action-ledger.ts';
import { HistoryDialog } from './history-dialog.tsx';
import { useCommands } from './use-actions.tsx';
import { verbsOf } from './verbs.ts';

const icons: Record<GameAction, LucideIcon> = {
  queue: ListPlus,
  recall: Megaphone,
  confirm: Check,
  play: Play,
  complete: Flag,
  hold: Hand,
  'no-show': UserX,
  cancel: CircleX,
  abort: RotateCcw,
  remind: BellRing,
  undo: Undo2,
};

export type RowVerbsProps = {
  game: Game;
  pending: StaffVerb | undefined;
  /** Something waits for the venue: until it has decided, what else could be asked would be asked of the past. */
  asked: boolean;
  stations: readonly Station[];
};

export function RowVerbs({ game, pending, asked, stations }: RowVerbsProps) {
  const t = useText();
  const { actOn } = useCommands();
  const [dialog, setDialog] = useState<'complete' | 'history'>();
  const { foremost, others } = verbsOf(game);
  const { ticket } = game;

  const choose = (verb: GameAction) => {
    if (verb === 'complete') return setDialog('complete');
    // Only staff see a new guest here, and "confirm" is then their word that this guest goes first.
    actOn(game, verb, verb === 'confirm' && game.state === 'new' ? { override: true } : {});
  };

  const items: MenuItem[] = [
    ...others.map((verb) => ({
      name: t(`verb.${verb}`),
      icon: icons[verb],
      onChoose: () => choose(verb),
      disabled: asked,
    })),
    ...(game.allowed.includes('confirm') ? freeFor(game, stations) : []).map(({ id, name }) => ({
      name: t('row.confirm_at', { station: name }),
      icon: MapPin,
      onChoose: () => actOn(game, 'confirm', { station_id: id }),
      disabled: asked,
    })),
    { name: t('row.history'), icon: History, onChoose: () => setDialog('history') },
  ];

  return (
    <div className="flex items-center gap-2 @max-[32rem]:[&>button]:grow">
      {foremost.map((verb, index) => (
        <Button
          key={verb}
          tone={index === 0 ? 'soft' : 'plain'}
          icon={icons[verb]}
          busy={pending === verb}
          disabled={asked || (pending !== undefined && pending !== verb)}
          aria-label={t('row.verb_for', { verb: t(`verb.${verb}`), ticket })}
          onClick={() => choose(verb)}
        >
          {t(`verb.${verb}`)}
        </Button>
      ))}
      <MoreMenu label={t('row.more', { ticket })} items={items} />
      {dialog === 'history' && <HistoryDialog game={game} onClose={() => setDialog(undefined)} />}
      {dialog === 'complete' && (
        <Modal
          title={t('row.complete', { ticket, name: game.player.name })}
          onClose={() => setDialog(undefined)}
        >
          <ResultForm
            attraction={game.attraction}
            size="staff"
            busy={false}
            onComplete={(result) => {
              setDialog(undefined);
              actOn(game, 'complete', result);
            }}
          />
        </Modal>
      )}
    </div>
  );
}

/** Stations of this attraction where nobody stands and that answer. */
function freeFor(game: Game, stations: readonly Station[]): Station[] {
  return stations.filter(
    ({ attraction, in_service, presence, game_id }) =>
      attraction === game.attraction && in_service && presence !== 'offline' && game_id === null,
  );
}
