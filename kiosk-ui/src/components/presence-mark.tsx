import type { Presence } from '@dugout/appliance/contract/devices.ts';
import { CircleCheck, CircleHelp, CirclePlay, CircleSlash, type LucideIcon, Unplug } from 'lucide-react';
import { useText } from '../i18n/use-text.ts';

type Shown = Presence | 'out';

const looks: Record<Shown, { icon: LucideIcon; colour: string }> = {
  online: { icon: CircleCheck, colour: 'text-good' },
  idle: { icon: CircleCheck, colour: 'text-good' },
  busy: { icon: CirclePlay, colour: 'text-accent' },
  offline: { icon: Unplug, colour: 'text-bad font-semibold' },
  unknown: { icon: CircleHelp, colour: 'text-ink-soft' },
  out: { icon: CircleSlash, colour: 'text-ink-soft' },
};

/** Whether a device is there, told by shape and word. */
export function PresenceMark({ presence }: { presence: Shown }) {
  const t = useText();
  const { icon: Icon, colour } = looks[presence];
  return (
    <span className={`inline-flex items-center gap-1.5 ${colour}`}>
      <Icon aria-hidden className="size-5 shrink-0" />
      {t(`presence.${presence}`)}
    </span>
  );
}
