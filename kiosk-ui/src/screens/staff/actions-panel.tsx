import type { Command, CommandStatus } from '@dugout/appliance/contract/replication.ts';
import { useQuery } from '@tanstack/react-query';
import {
  CircleAlert,
  CircleCheck,
  CircleHelp,
  CircleX,
  type LucideIcon,
  TimerOff,
  Undo2,
} from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { commandsQuery, floorQuery } from '../../appliance-client/queries.ts';
import { gameOf, isCancellable, isWaiting, verdictOf } from '../../appliance-client/remote-command.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { Failure, failureText } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { Slate } from '../../components/slate.tsx';
import { timerText } from '../../i18n/format.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { isMessageId, useText } from '../../i18n/use-text.ts';
import { gameOnFloor } from './find-guest.ts';
import { TakeBackButton } from './take-back-button.tsx';
import { useUnseen } from './unseen-actions.ts';

type Look = { icon: LucideIcon; colour: string; bar: string };
type Ended = Exclude<CommandStatus, 'queued' | 'sent'>;

const bad = { colour: 'text-bad', bar: 'bg-bad' };
const looks: Record<Ended, Look> = {
  applied: { icon: CircleCheck, colour: 'text-good', bar: 'bg-good' },
  rejected: { icon: CircleX, ...bad },
  conflict: { icon: CircleAlert, ...bad },
  expired: { icon: TimerOff, ...bad },
  cancelled: { icon: Undo2, colour: 'text-ink-soft', bar: 'bg-edge' },
  failed: { icon: CircleX, ...bad },
  needs_review: { icon: CircleHelp, ...bad },
};

/** What was asked of the venue from afar, newest first: who, when, how far it got, and why not. */
export function ActionsPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const commands = useQuery(commandsQuery);
  const items = commands.data?.items ?? [];
  const { see } = useUnseen(items);
  const seeAll = useEffectEvent(see);
  useEffect(() => {
    if (items.length > 0) seeAll();
  }, [items]);

  return (
    <Modal place="side" title={t('actions.title')} onClose={onClose}>
      {commands.isError && <Failure error={commands.error} />}
      {commands.data?.items.length === 0 && <p className="text-ink-soft">{t('actions.none')}</p>}
      <ul className="flex flex-col gap-3">
        {items
          .toSorted((a, b) => b.created_at.localeCompare(a.created_at))
          .map((command) => (
            <CommandCard key={command.command_id} command={command} />
          ))}
      </ul>
    </Modal>
  );
}

function CommandCard({ command }: { command: Command }) {
  const t = useText();
  const { status, actor, cancel_asked_at } = command;
  const waiting = isWaiting(command);
  const stateWords = t(status === 'sent' ? 'actions.state.sent' : 'actions.state.queued');
  return (
    <li
      data-command={status}
      className={`rounded-2xl border-2 bg-surface p-4 ${waiting ? 'border-accent' : 'border-line'}`}
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h3 className="text-lg font-semibold break-words">
          <CommandTitle command={command} />
        </h3>
        <p className="text-ink-soft">{t('actions.by', { actor })}</p>
      </div>
      <Steps command={command} />
      {waiting && (
        <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1">
          <p className="grow text-ink-soft">
            {cancel_asked_at === null ? stateWords : t('actions.taking_back')}
            <span aria-hidden> · </span>
            <Expiry until={command.expires_at} />
          </p>
          {isCancellable(command) && <TakeBackButton command={command} />}
        </div>
      )}
      <Reason command={command} />
    </li>
  );
}

/** In the words of the console where it is about a game that it knows, else in those of the request. */
function CommandTitle({ command }: { command: Command }) {
  const t = useText();
  const floor = useQuery(floorQuery).data;
  const about = gameOf(command);
  const verb = `verb.${about?.verb}`;
  const game = about && floor && gameOnFloor(floor, about.gameId);
  if (!game || !isMessageId(verb)) return command.summary;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {t(verb)}
      <Slate ticket={game.ticket} className="text-base" />
      <bdi>{game.player.name}</bdi>
    </span>
  );
}

/** The way of an action: asked, at the venue, decided; when it got there, and the end it came to. */
function Steps({ command }: { command: Command }) {
  const t = useText();
  const { status, created_at, fetched_at, ended_at } = command;
  const end = status === 'queued' || status === 'sent' ? undefined : status;
  return (
    <ol aria-label={t('actions.steps')} className="figures mt-2 grid grid-cols-3 gap-1.5 text-sm">
      <Step name={t('command.asked')} at={created_at} bar="bg-good" />
      <Step
        name={t('command.sent')}
        at={fetched_at}
        bar={fetched_at === null ? 'bg-line' : 'bg-good'}
        reached={fetched_at !== null}
      />
      <Step
        name={t(`command.${end ?? 'applied'}`)}
        at={ended_at}
        bar={end ? looks[end].bar : 'bg-line'}
        reached={end !== undefined}
        look={end && looks[end]}
      />
    </ol>
  );
}

type StepProps = { name: string; at: string | null; bar: string; reached?: boolean; look?: Look | undefined };

function Step({ name, at, bar, reached = true, look }: StepProps) {
  const { exactTime } = useFormats();
  const Icon = look?.icon;
  return (
    <li className={reached ? '' : 'text-ink-soft'}>
      <span aria-hidden className={`mb-1 block h-1.5 rounded-full ${bar}`} />
      <span className={look ? `inline-flex items-center gap-1.5 text-base font-semibold ${look.colour}` : ''}>
        {Icon && <Icon aria-hidden className="size-5 shrink-0" />}
        {name}
      </span>
      {at !== null && (
        <time dateTime={at} className="block text-ink-soft">
          {exactTime(at)}
        </time>
      )}
    </li>
  );
}

/** By the clock of whoever answers, so that a wrong clock of this device promises nothing. */
function Expiry({ until }: { until: string }) {
  const t = useText();
  const leftMs = Date.parse(until) - venueNow(useNow());
  return (
    <span role="timer" className="figures text-ink-soft">
      {leftMs > 0 ? t('actions.expires', { time: timerText(leftMs) }) : t('actions.expires_now')}
    </span>
  );
}

/** In our words where the code has some, and in the venue's own, which may know more. */
function Reason({ command }: { command: Command }) {
  const t = useText();
  const verdict = verdictOf(command);
  if (verdict.state !== 'failed') return null;
  const { problem } = command;
  const ours = failureText(t, verdict.code);
  return (
    <div className="mt-2 border-s-4 border-line ps-3">
      <p>{ours}</p>
      {problem?.detail !== undefined && <p className="text-ink-soft">{problem.detail}</p>}
    </div>
  );
}
