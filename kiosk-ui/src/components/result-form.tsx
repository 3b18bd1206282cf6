import type { CompleteInput } from '@dugout/appliance/contract/games.ts';
import { Flag } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Button, type ButtonSize } from './button.tsx';
import { emptyResult, fieldsOf, readResult } from './result.ts';
import { TextField } from './text-field.tsx';

export type ResultFormProps = {
  attraction: string;
  size: ButtonSize;
  busy: boolean;
  onComplete: (result: CompleteInput) => void;
};

/** The figures of a game, as the attraction counts them. */
export function ResultForm({ attraction, size, busy, onComplete }: ResultFormProps) {
  const t = useText();
  const [text, setText] = useState(emptyResult);
  const [complained, setComplained] = useState(false);
  const fields = fieldsOf(attraction);
  const result = readResult(text, attraction);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setComplained(true);
    if ('input' in result) onComplete(result.input);
  };

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-5">
      <div className="grid items-start gap-5 sm:auto-cols-fr sm:grid-flow-col">
        {fields.map((field) => (
          <TextField
            key={field}
            size={size}
            label={t(`result.${field}`)}
            value={text[field]}
            onChange={(event) => setText({ ...text, [field]: event.target.value })}
            error={
              complained && 'wrong' in result && result.wrong.includes(field) ? t('result.wrong') : undefined
            }
            inputMode={field === 'distance' ? 'decimal' : 'numeric'}
            autoComplete="off"
            maxLength={9}
          />
        ))}
      </div>
      <Button tone="primary" size={size} type="submit" icon={Flag} busy={busy}>
        {t('verb.complete')}
      </Button>
    </form>
  );
}
