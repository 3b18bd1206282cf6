import { CountPicker } from '../../components/count-picker.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { StepProps } from './step.ts';

const largestParty = 12;

export function StepWho({ draft, change, problem, refusedField }: StepProps) {
  const t = useText();
  const refused = refusedField === 'name' ? t('sign_up.problem.name_refused') : undefined;
  return (
    <>
      <TextField
        size="kiosk"
        label={t('sign_up.name')}
        hint={t('sign_up.name_hint')}
        value={draft.name}
        onChange={(event) => change({ name: event.target.value })}
        error={problem ? t(`sign_up.problem.${problem}`) : refused}
        maxLength={80}
        required
        autoComplete="off"
        autoCapitalize="words"
        enterKeyHint="next"
        dir="auto"
      />
      <CountPicker
        label={t('sign_up.party')}
        value={draft.partySize}
        min={1}
        max={largestParty}
        onChange={(partySize) => change({ partySize })}
      />
    </>
  );
}
