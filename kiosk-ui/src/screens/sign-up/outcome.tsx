import { Pencil } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { Message } from '../../components/message.tsx';
import { useText } from '../../i18n/use-text.ts';
import { AutoReturn } from './auto-return.tsx';
import { fieldToMend } from './draft.ts';
import { IdleWarning } from './idle-warning.tsx';
import { signUps, useSignUp } from './sign-ups.ts';
import { TicketScreen } from './ticket-screen.tsx';

export type OutcomeProps = {
  signUpId: string;
  attraction: string;
  name: string;
  onDone: () => void;
  onMend: (refusedField: string | undefined) => void;
};

/** What became of a sign-up: a ticket, a promise the tablet keeps by itself, or a reason to look at the form again. */
export function Outcome({ signUpId, attraction, name, onDone, onMend }: OutcomeProps) {
  const t = useText();
  const outcome = useSignUp(signUpId);
  const refusal = outcome.state === 'refused' ? outcome.refusal : undefined;
  const toMend = refusal && fieldToMend(refusal.code, refusal.fields);

  useEffect(() => {
    if (toMend === undefined) return;
    void signUps.withdraw(signUpId);
    onMend(toMend);
  }, [toMend, signUpId, onMend]);

  switch (outcome.state) {
    case 'delivered':
      return <TicketScreen delivered={outcome} attraction={attraction} onDone={onDone} />;
    case 'sending':
      return <Message title={t('outcome.sending')} />;
    case 'waiting':
      return (
        <Message title={t('outcome.waiting', { name })}>
          <p>{t('outcome.waiting_text')}</p>
          <AutoReturn onDone={onDone} />
        </Message>
      );
    case 'refused':
      return (
        <Message title={t('outcome.refused')}>
          <IdleWarning onGone={onDone} />
          <Failure error={outcome.refusal} />
          <Button
            tone="primary"
            size="kiosk"
            icon={Pencil}
            onClick={() => {
              void signUps.withdraw(signUpId);
              onMend(undefined);
            }}
          >
            {t('outcome.mend')}
          </Button>
        </Message>
      );
  }
}
