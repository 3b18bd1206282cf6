import type { Command, CommandStatus } from '@dugout/appliance/contract/replication.ts';
import { useQuery } from '@tanstack/react-query';
import {
  Check,
  CircleAlert,
  CircleCheck,
  CircleHelp,
  Clock,
  type LucideIcon,
  Send,
  TimerOff,
  Undo2,
} from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { commandsQuery } from '../../appliance-client/queries.ts';
import { isCancellable, isWaiting, verdictOf } from '../../appliance-client/remote-command.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { Failure, failureText } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { timerText } from '../../i18n/format.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { TakeBackButton } from './take-back-button.tsx';
import { useUnseen } from './unseen-actions.ts';

type Look = { icon: LucideIcon; colour: string };

const bad: Look = { icon: CircleAlert, colour: 'text-bad' };
const looks: Record<CommandStatus, Look> = {
  queued: { icon: Clock, colour: 'text-accent' },
  sent: { icon: Send, colour: 'text-accent' },
  applied: { icon: CircleCheck, colour: 'text-good' },
  rejected: bad,
  conflict: bad,
  expired: { icon: TimerOff, colour: 'text-bad' },
  cancelled: { icon: Undo2, colour: 'text-ink-soft' },
  failed: bad,
  needs_review: { icon: CircleHelp, colour: 'text-bad' },
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
  const { timeSince, exactTime } = useFormats();
  const { status, summary, actor, created_at, ended_at, cancel_asked_at } = command;
  const now = venueNow(useNow(60_000));
  const { icon: Icon, colour } = looks[status];
  const waiting = isWaiting(command);
  return (
    <li
      data-command={status}
      className={`rounded-2xl border-2 bg-surface p-4 ${waiting ? 'border-accent' : 'border-line'}`}
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="text-lg font-semibold break-words">{summary}</h3>
        <p className="figures text-ink-soft">
          {t('actions.by', { actor, time: timeSince(created_at, now) })}
        </p>
      </div>
      <Steps command={command} />
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className={`figures flex grow items-center gap-2 font-semibold ${colour}`}>
          <Icon aria-hidden className="size-5 shrink-0" />
          <span>
            {t(`command.${status}`)}
            {ended_at !== null && (
              <span className="font-normal text-ink-soft">
                {' '}
                <time dateTime={ended_at}>{t('actions.ended', { time: exactTime(ended_at) })}</time>
              </span>
            )}
          </span>
        </p>
        {waiting && <Expiry until={command.expires_at} />}
        {isCancellable(command) && <TakeBackButton command={command} />}
      </div>
      {waiting && cancel_asked_at !== null && (
        <p className="mt-1 text-ink-soft">{t('actions.taking_back')}</p>
      )}
      <Reason command={command} />
    </li>
  );
}

const journey = ['queued', 'sent', 'applied'] as const;

/** How far it got on its way, as a line: in the cloud, with the venue, decided. */
function Steps({ command: { status, fetched_at } }: { command: Command }) {
  const t = useText();
  const reached = status === 'queued' ? 0 : status === 'sent' ? 1 : 2;
  const last = reached === 2 ? status : 'applied';
  return (
    <ol aria-label={t('actions.steps')} className="mt-2 grid grid-cols-3 gap-1.5 text-sm">
      {journey.map((step, index) => {
        const skipped = step === 'sent' && reached === 2 && fetched_at === null;
        const passed = index <= reached && !skipped;
        const failed = index === 2 && passed && status !== 'applied';
        const bar = failed ? 'bg-bad' : passed ? 'bg-good' : 'bg-line';
        return (
          <li
            key={step}
            aria-current={index === reached ? 'step' : undefined}
            className={passed ? (index === reached ? 'font-semibold text-ink' : 'text-ink') : 'text-ink-soft'}
          >
            <span aria-hidden className={`mb-1 block h-1.5 rounded-full ${bar}`} />
            <span className="inline-flex items-center gap-1">
              {passed && !failed && index < reached && <Check aria-hidden className="size-3.5 shrink-0" />}
              {t(`command.${index === 2 ? last : step}`)}
            </span>
          </li>
        );
      })}
    </ol>
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
