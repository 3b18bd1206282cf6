import type { Game, GameState } from '@dugout/appliance/contract/games.ts';
import { CircleAlert, CircleCheck, CircleHelp, Clock, type LucideIcon, MessageSquareOff } from 'lucide-react';
import { isMessageId, type Text, useText } from '../../i18n/use-text.ts';

type Look = { icon: LucideIcon; colour: string };

const good: Look = { icon: CircleCheck, colour: 'text-good' };
const underWay: Look = { icon: Clock, colour: 'text-ink-soft' };
const bad: Look = { icon: CircleAlert, colour: 'font-semibold text-bad' };
const none: Look = { icon: MessageSquareOff, colour: 'text-ink-soft' };
const unclear: Look = { icon: CircleHelp, colour: 'text-ink-soft' };
const looks: Readonly<Record<string, Look>> = {
  pending: underWay,
  sending: underWay,
  sent: good,
  delivered: good,
  failed: bad,
  expired: bad,
  dropped: none,
};

/** States in which it matters to staff whether a guest can be or was texted. */
const texted: ReadonlySet<GameState> = new Set(['new', 'queued', 'recalled', 'held', 'no_show']);

/** Whether the guest of a row got the text, and why not. */
export function RowText({ game: { state, message, player } }: { game: Game }) {
  const t = useText();
  if (!texted.has(state)) return null;
  if (message) return <TextState state={message.state} reason={message.reason} />;
  return player.phone === null ? <Mark look={none} words={t('text.no_phone')} /> : null;
}

/** The fate of a text, told by icon and word, not by colour alone. */
export function TextState({ state, reason }: { state: string; reason: string | null }) {
  const t = useText();
  return <Mark look={looks[state] ?? unclear} words={wordsOf(t, state, reason)} />;
}

function Mark({ look: { icon: Icon, colour }, words }: { look: Look; words: string }) {
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm ${colour}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {words}
    </span>
  );
}

function wordsOf(t: Text, state: string, reason: string | null): string {
  const stateId = `text.state.${state}`;
  const words = isMessageId(stateId) ? t(stateId) : state;
  if (reason === null) return words;
  const reasonId = `text.reason.${reason}`;
  return t('text.with_reason', { state: words, reason: isMessageId(reasonId) ? t(reasonId) : reason });
}
