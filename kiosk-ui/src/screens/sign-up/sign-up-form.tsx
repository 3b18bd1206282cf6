import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ArrowRight, Ticket, X } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { attractionsQuery } from '../../appliance-client/queries.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { Button } from '../../components/button.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { useWaitText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { Bases } from './bases.tsx';
import { type Draft, problemOf, stepOfField, steps } from './draft.ts';
import { IdleWarning } from './idle-warning.tsx';
import { StepPhoto } from './step-photo.tsx';
import { StepReach } from './step-reach.tsx';
import { StepWho } from './step-who.tsx';

const stepForms = { who: StepWho, reach: StepReach, photo: StepPhoto };

export type SignUpFormProps = {
  attraction: string;
  initial: Draft;
  refusedField: string | undefined;
  onLeave: () => void;
  onDone: (draft: Draft) => Promise<void>;
};

/** Three short steps; the first asks for the only thing we need. */
export function SignUpForm({ attraction, initial, refusedField, onLeave, onDone }: SignUpFormProps) {
  const t = useText();
  const [draft, setDraft] = useState(initial);
  const [at, setAt] = useState(() => steps.indexOf(stepOfField(refusedField)));
  const [complained, setComplained] = useState(false);
  const [sending, setSending] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);

  const step = steps[at] ?? 'who';
  const isLast = at === steps.length - 1;
  const problem = problemOf(step, draft, new Date(venueNow()).getFullYear());
  const StepForm = stepForms[step];

  useEffect(() => {
    if (step !== 'who') heading.current?.focus();
  }, [step]);

  // What is wrong may stand below the fold: the focus leads there.
  useEffect(() => {
    if (complained && problem !== undefined)
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [complained, problem]);

  const goTo = (next: number) => {
    setComplained(false);
    setAt(next);
  };

  const next = async (event: FormEvent) => {
    event.preventDefault();
    setComplained(true);
    if (problem !== undefined || sending) return;
    if (!isLast) return goTo(at + 1);
    setSending(true);
    await onDone(draft);
  };

  return (
    <div className="flex min-h-dvh flex-col">
      <IdleWarning onGone={onLeave} />
      <header className="flex items-center justify-between gap-4 border-b-2 border-line px-6 py-3 sm:px-10">
        <Bases reached={at === 0 ? 1 : at === 1 ? 2 : 3} />
        <Wait attraction={attraction} />
        <Button
          tone="quiet"
          size="kiosk"
          icon={X}
          onClick={onLeave}
          className="min-h-16 min-w-16 px-4 text-xl"
        >
          <span className="max-sm:sr-only">{t('sign_up.leave')}</span>
        </Button>
      </header>
      <form
        ref={form}
        noValidate
        onSubmit={next}
        className="mx-auto flex w-full max-w-4xl grow flex-col px-6 sm:px-10"
      >
        <main key={step} className="flex grow animate-appear flex-col gap-6 py-6 sm:py-8">
          <h1 ref={heading} tabIndex={-1} className="text-4xl font-extrabold tracking-tight sm:text-5xl">
            {t(`sign_up.${step}.title`)}
          </h1>
          <StepForm
            attraction={attraction}
            draft={draft}
            change={(fields) => setDraft({ ...draft, ...fields })}
            problem={complained ? problem : undefined}
            refusedField={refusedField}
          />
        </main>
        <footer className="sticky bottom-0 grid grid-cols-[auto_1fr] gap-4 bg-paper py-5">
          <Button
            size="kiosk"
            icon={ArrowLeft}
            onClick={at === 0 ? onLeave : () => goTo(at - 1)}
            className="rtl:[&>svg]:-scale-x-100"
          >
            {t('sign_up.back')}
          </Button>
          <Button
            tone="primary"
            size="kiosk"
            type="submit"
            icon={isLast ? Ticket : ArrowRight}
            busy={sending}
          >
            {t(isLast ? 'sign_up.finish' : 'sign_up.next')}
          </Button>
        </footer>
      </form>
    </div>
  );
}

/** The wait stays in sight while the guest types, and stays true. */
function Wait({ attraction }: { attraction: string }) {
  const t = useText();
  const waitText = useWaitText();
  const attractions = useQuery(attractionsQuery);
  const chosen = attractions.data?.items.find(({ id }) => id === attraction);
  return (
    <div className="flex flex-col items-center text-center max-sm:hidden">
      {chosen && (
        <p className="figures text-xl">
          <span className="font-semibold">{chosen.name}</span>{' '}
          {t('sign_up.wait', { wait: waitText(chosen.estimate) })}
        </p>
      )}
      <Freshness of={[attractions]} />
    </div>
  );
}
