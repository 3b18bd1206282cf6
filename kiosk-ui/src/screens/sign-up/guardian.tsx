import { TextField } from '../../components/text-field.tsx';
import { TickBox } from '../../components/tick-box.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { StepProps } from './step.ts';

/** A child's consent is a guardian's to give; nobody else is asked for an age. */
export function Guardian({ draft, change, problem }: StepProps) {
  const t = useText();
  return (
    <>
      <TickBox checked={draft.child} onChange={(child) => change({ child })}>
        {t('sign_up.child')}
      </TickBox>
      {draft.child && (
        <div className="grid animate-appear items-start gap-4 sm:grid-cols-[14rem_1fr]">
          <TextField
            size="kiosk"
            label={t('sign_up.birth_year')}
            value={draft.birthYear}
            onChange={(event) => change({ birthYear: event.target.value })}
            error={problem === 'birth_year_missing' ? t('sign_up.problem.birth_year_missing') : undefined}
            inputMode="numeric"
            maxLength={4}
            autoComplete="off"
          />
          <div className="flex flex-col gap-2 sm:pt-10">
            <TickBox
              checked={draft.guardian}
              invalid={problem === 'guardian_missing'}
              onChange={(guardian) => change({ guardian })}
            >
              {t('sign_up.guardian')}
            </TickBox>
            {problem === 'guardian_missing' && (
              <p role="alert" className="text-lg font-semibold text-bad">
                {t('sign_up.problem.guardian_missing')}
              </p>
            )}
          </div>
        </div>
      )}
    </>
  );
}
