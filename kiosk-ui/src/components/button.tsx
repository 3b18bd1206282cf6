import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

export type ButtonTone = 'primary' | 'soft' | 'plain' | 'quiet' | 'danger';
export type ButtonSize = 'kiosk' | 'staff';

const tones: Record<ButtonTone, string> = {
  primary: 'bg-fill text-on-fill border-fill-edge hover:brightness-110',
  soft: 'bg-accent-soft text-accent border-transparent hover:border-accent',
  plain: 'bg-surface text-ink border-edge hover:bg-sunken',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
  danger: 'bg-surface text-bad border-bad hover:bg-bad-soft',
};

const sizes: Record<ButtonSize, string> = {
  kiosk: 'min-h-20 min-w-20 px-8 text-2xl rounded-2xl gap-3',
  staff: 'min-h-12 min-w-12 px-4 text-base rounded-xl gap-2',
};

/** The look of a button, for links that are to look like one. */
export function buttonLook(tone: ButtonTone = 'plain', size: ButtonSize = 'staff'): string {
  return [
    'inline-flex items-center justify-center border-2 font-semibold leading-tight select-none',
    'transition-[background-color,filter,scale] duration-100 active:scale-[0.98]',
    'disabled:opacity-55 disabled:active:scale-100 aria-busy:opacity-80',
    tones[tone],
    sizes[size],
  ].join(' ');
}

export type ButtonProps = ComponentProps<'button'> & {
  tone?: ButtonTone;
  size?: ButtonSize;
  icon?: LucideIcon;
  /** The request is on its way: the button shows it and does not take another press. */
  busy?: boolean;
};

export function Button({
  tone = 'plain',
  size = 'staff',
  icon: Icon,
  busy = false,
  className = '',
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const Mark = busy ? LoaderCircle : Icon;
  return (
    <button
      {...rest}
      type={type}
      aria-busy={busy}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={`${buttonLook(tone, size)} ${className}`}
    >
      {Mark && <Mark aria-hidden className={`size-[1.25em] shrink-0 ${busy ? 'animate-spin' : ''}`} />}
      {children}
    </button>
  );
}
