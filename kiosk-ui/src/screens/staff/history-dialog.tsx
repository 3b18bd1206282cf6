import type { Game } from '@dugout/appliance/contract/games.ts';
import { useQuery } from '@tanstack/react-query';
import { appliance } from '../../appliance-client/appliance.ts';
import { Failure } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { isMessageId, useText } from '../../i18n/use-text.ts';

/** Who did what to this game, when and why. */
export function HistoryDialog({ game, onClose }: { game: Game; onClose: () => void }) {
  const t = useText();
  const { exactTime } = useFormats();
  const history = useQuery({
    queryKey: ['history', game.id],
    queryFn: ({ signal }) => appliance.history(game.id, signal),
    meta: { topics: ['queue'] },
  });
  const verb = (action: string) => {
    const id = `verb.${action}`;
    return isMessageId(id) ? t(id) : action;
  };
  return (
    <Modal title={t('history.title', { ticket: game.ticket, name: game.player.name })} onClose={onClose}>
      {history.isError && <Failure error={history.error} />}
      <ol className="flex flex-col">
        {history.data?.items.map(({ id, at, action, to, actor, reason, undone }) => (
          <li
            key={id}
            className="figures grid grid-cols-[7rem_1fr] gap-x-4 border-t-2 border-line py-2.5 first:border-none"
          >
            <time dateTime={at} className="text-ink-soft">
              {exactTime(at)}
            </time>
            <span className={undone ? 'text-ink-soft line-through' : ''}>
              <span className="font-semibold">{verb(action)}</span>{' '}
              {t('history.to', { state: t(`state.${to}`), actor })}
              {reason !== null && <span className="block text-ink-soft">{reason}</span>}
            </span>
          </li>
        ))}
      </ol>
    </Modal>
  );
}
