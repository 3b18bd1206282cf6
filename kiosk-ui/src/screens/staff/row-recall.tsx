import type { Game } from '@dugout/appliance/contract/games.ts';
import { BellRing, type LucideIcon, Megaphone, MessageCircleReply, Search } from 'lucide-react';
import { isMessageId, useText } from '../../i18n/use-text.ts';

type Rung = NonNullable<Game['recall']>['rung'];

const looks: Record<Exclude<Rung, 'text'>, { icon: LucideIcon; look: string }> = {
  board: { icon: Megaphone, look: 'text-ink-soft' },
  tablet: { icon: BellRing, look: 'text-accent' },
  staff: { icon: Search, look: 'rounded-lg bg-fill px-2 py-0.5 font-bold text-on-fill' },
};

/**
 * How a called guest is looked for beyond the text, and why, unless the row says so of the text already. On the last
 * rung it is the staff's turn.
 */
export function RowRecall({ game: { recall, message } }: { game: Pick<Game, 'recall' | 'message'> }) {
  const t = useText();
  if (recall === null || recall.rung === 'text') return null;
  const { icon: Icon, look } = looks[recall.rung];
  const reasonId = `text.reason.${recall.reason}`;
  const words = t(`recall.rung.${recall.rung}`);
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm ${look}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {isMessageId(reasonId) && recall.reason !== message?.reason
        ? t('recall.with_reason', { rung: words, reason: t(reasonId) })
        : words}
    </span>
  );
}

/** What the guest last said about coming, by text or on their own page. */
export function RowAnswer({ answer }: { answer: Game['answer'] }) {
  const t = useText();
  if (answer === null) return null;
  return (
    <span className="inline-flex items-center gap-1.5 text-sm font-semibold text-good">
      <MessageCircleReply aria-hidden className="size-4 shrink-0" />
      {t(`answer.${answer.said}`)}
    </span>
  );
}
