import { TextField } from '../../components/text-field.tsx';
import { TickBox } from '../../components/tick-box.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Guardian } from './guardian.tsx';
import { LanguageChoice } from './language-choice.tsx';
import type { StepProps } from './step.ts';

export function StepReach(step: StepProps) {
  const t = useText();
  const { draft, change, problem, refusedField } = step;
  const aboutPhone = problem === 'phone_missing' || problem === 'phone_without_consent';
  const refused = refusedField === 'phone' ? t('sign_up.problem.phone_refused') : undefined;
  return (
    <>
      <TextField
        size="kiosk"
        label={t('sign_up.phone')}
        hint={t('sign_up.phone_hint')}
        value={draft.phone}
        onChange={(event) => change({ phone: event.target.value })}
        error={aboutPhone ? t(`sign_up.problem.${problem}`) : refused}
        type="tel"
        inputMode="tel"
        maxLength={40}
        autoComplete="off"
        enterKeyHint="next"
        dir="ltr"
      />
      <TickBox checked={draft.textMe} onChange={(textMe) => change({ textMe })}>
        {t('sign_up.text_me')}
      </TickBox>
      {draft.textMe && (
        <LanguageChoice value={draft.language} onChange={(language) => change({ language })} />
      )}
      {draft.textMe && <Guardian {...step} />}
    </>
  );
}
