import { EllipsisVertical, type LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './button.tsx';

export type MenuItem = { name: string; icon?: LucideIcon; onChoose: () => void; disabled?: boolean };

/** The less frequent verbs, one press away. Escape, a press elsewhere or a choice closes it. */
export function MoreMenu({
  label,
  items,
  children,
}: {
  label: string;
  items: readonly MenuItem[];
  children?: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLButtonElement>('ul button')?.focus();
    const leave = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const leaveByKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      opener.current?.focus();
    };
    addEventListener('pointerdown', leave);
    addEventListener('focusin', leave);
    addEventListener('keydown', leaveByKey);
    return () => {
      removeEventListener('pointerdown', leave);
      removeEventListener('focusin', leave);
      removeEventListener('keydown', leaveByKey);
    };
  }, [open]);

  return (
    <div ref={root} className="relative">
      <Button
        ref={opener}
        tone="quiet"
        icon={EllipsisVertical}
        aria-label={label}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="px-0!"
      />
      <ul
        id={id}
        hidden={!open}
        className="absolute end-0 top-full z-20 mt-1 min-w-56 animate-appear rounded-2xl border-2 border-line bg-surface p-2 shadow-2xl"
      >
        {items.map(({ name, icon: Icon, onChoose, disabled = false }) => (
          <li key={name}>
            <button
              type="button"
              disabled={disabled}
              onClick={() => {
                setOpen(false);
                opener.current?.focus();
                onChoose();
              }}
              className="flex min-h-12 w-full items-center gap-3 rounded-xl px-3 text-start font-medium whitespace-nowrap hover:bg-sunken disabled:opacity-55"
            >
              {Icon && <Icon aria-hidden className="size-5 shrink-0" />}
              {name}
            </button>
          </li>
        ))}
        {children}
      </ul>
    </div>
  );
}
