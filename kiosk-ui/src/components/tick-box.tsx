import { Check } from 'lucide-react';
import type { ReactNode } from 'react';

export type TickBoxProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** It has to be ticked, and is not. */
  invalid?: boolean;
  children: ReactNode;
};

/** A consent or a choice, as large as a thumb. Never ticked beforehand. */
export function TickBox({ checked, onChange, invalid = false, children }: TickBoxProps) {
  return (
    <label
      className={`flex min-h-16 items-center gap-5 rounded-2xl border-2 bg-surface px-5 py-4 text-xl has-focus-visible:outline-3 has-focus-visible:outline-offset-3 has-checked:border-accent ${invalid ? 'border-bad' : 'border-line'}`}
    >
      <span className="relative size-9 shrink-0">
        <input
          type="checkbox"
          checked={checked}
          aria-invalid={invalid}
          onChange={(event) => onChange(event.target.checked)}
          className="peer size-full appearance-none rounded-lg border-2 border-edge bg-paper checked:border-fill-edge checked:bg-fill focus-visible:outline-none"
        />
        <Check
          aria-hidden
          strokeWidth={3.5}
          className="pointer-events-none absolute inset-1 size-7 text-on-fill opacity-0 peer-checked:opacity-100"
        />
      </span>
      <span>{children}</span>
    </label>
  );
}
