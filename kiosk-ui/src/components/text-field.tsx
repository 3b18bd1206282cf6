import { type ComponentProps, type ReactNode, useId } from 'react';
import type { ButtonSize } from './button.tsx';

export type TextFieldProps = Omit<ComponentProps<'input'>, 'size'> & {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value; spoken, and tied to the input. */
  error?: string | undefined;
  size?: ButtonSize;
};

const inputs: Record<ButtonSize, string> = {
  kiosk: 'min-h-20 px-6 text-3xl rounded-2xl',
  staff: 'min-h-12 px-4 text-lg rounded-xl',
};

export function TextField({ label, hint, error, size = 'staff', className = '', ...input }: TextFieldProps) {
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={`flex flex-col gap-2 ${className}`}>
      <label htmlFor={id} className={size === 'kiosk' ? 'text-2xl font-semibold' : 'font-semibold'}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={about === '' ? undefined : about}
        className={`w-full border-2 bg-surface text-ink placeholder:text-ink-soft ${inputs[size]} ${
          error === undefined ? 'border-edge' : 'border-bad'
        }`}
      />
      {hint && (
        <p id={`${id}-hint`} className={`text-ink-soft ${size === 'kiosk' ? 'text-xl' : 'text-sm'}`}>
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-lg font-semibold text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
