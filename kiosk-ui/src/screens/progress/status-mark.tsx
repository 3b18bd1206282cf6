import type { ProgressStatus } from '@dugout/appliance/contract/progress.ts';
import { CircleHelp, Equal, type LucideIcon, MoveDown, MoveUp, Unlink } from 'lucide-react';
import { useText } from '../../i18n/use-text.ts';

const looks: Record<ProgressStatus, { icon: LucideIcon; colour: string }> = {
  improved: { icon: MoveUp, colour: 'text-good' },
  declined: { icon: MoveDown, colour: 'text-accent' },
  no_clear_change: { icon: Equal, colour: 'text-ink' },
  not_enough_data: { icon: CircleHelp, colour: 'text-ink-soft' },
  not_comparable: { icon: Unlink, colour: 'text-ink-soft' },
};

/** How something compares with the player's own first games, by shape and word. */
export function StatusMark({ status, className = '' }: { status: ProgressStatus; className?: string }) {
  const t = useText();
  const { icon: Icon, colour } = looks[status];
  return (
    <span className={`inline-flex items-center gap-2 font-semibold ${colour} ${className}`}>
      <Icon aria-hidden className="size-[1.1em] shrink-0" />
      {t(`progress.status.${status}`)}
    </span>
  );
}
