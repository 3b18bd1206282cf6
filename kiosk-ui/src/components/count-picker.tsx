import { Minus, Plus } from 'lucide-react';
import { useId } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Button } from './button.tsx';

export type CountPickerProps = {
  label: string;
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
};

/** A small number by two large buttons: no keyboard needed. */
export function CountPicker({ label, value, min, max, onChange }: CountPickerProps) {
  const t = useText();
  const id = useId();
  return (
    <fieldset aria-labelledby={id} className="flex flex-col gap-2">
      <span id={id} className="text-2xl font-semibold">
        {label}
      </span>
      <div className="flex items-center gap-4">
        <Button
          size="kiosk"
          icon={Minus}
          aria-label={t('count.fewer')}
          disabled={value <= min}
          onClick={() => onChange(value - 1)}
          className="px-0!"
        />
        <output className="figures min-w-20 text-center text-5xl font-bold">{value}</output>
        <Button
          size="kiosk"
          icon={Plus}
          aria-label={t('count.more')}
          disabled={value >= max}
          onClick={() => onChange(value + 1)}
          className="px-0!"
        />
      </div>
    </fieldset>
  );
}
