import type { Glove, GloveCondition } from '@dugout/appliance/contract/gloves.ts';
import { Activity, CircleDashed, CircleSlash2, HandMetal, type LucideIcon, Moon, Unplug } from 'lucide-react';
import { useText } from '../../i18n/use-text.ts';

const looks: Record<GloveCondition, { icon: LucideIcon; colour: string }> = {
  streaming: { icon: Activity, colour: 'text-good' },
  settling: { icon: HandMetal, colour: 'text-accent' },
  waiting_for_host: { icon: CircleDashed, colour: 'text-bad font-semibold' },
  refused: { icon: CircleSlash2, colour: 'text-bad font-semibold' },
  asleep: { icon: Moon, colour: 'text-ink-soft' },
  away: { icon: Unplug, colour: 'text-bad font-semibold' },
};

/** How a glove is doing, by shape and word. */
export function ConditionMark({ glove: { health } }: { glove: Glove }) {
  const t = useText();
  const condition = health?.condition ?? 'away';
  const { icon: Icon, colour } = looks[condition];
  return (
    <p className={`flex items-center gap-2 ${colour}`}>
      <Icon aria-hidden className="size-5 shrink-0" />
      {t(`glove.condition.${condition}`)}
    </p>
  );
}
