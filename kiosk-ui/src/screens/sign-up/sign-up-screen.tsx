import type { Role } from '@dugout/appliance/contract/auth.ts';
import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Live } from '../../appliance-client/live.tsx';
import { publicQueueQuery } from '../../appliance-client/queries.ts';
import { newSignUp } from '../../appliance-client/sign-up-delivery.ts';
import { isForTablets } from '../../calls/new-calls.ts';
import { useCallChime } from '../../calls/use-call-chime.ts';
import { useCalled } from '../../calls/use-called.ts';
import { SignedIn } from '../../components/signed-in.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Attract } from './attract.tsx';
import { type Draft, emptyDraft, toGameInput } from './draft.ts';
import { Outcome } from './outcome.tsx';
import { SignUpForm } from './sign-up-form.tsx';
import { signUps } from './sign-ups.ts';

const roles: readonly Role[] = ['tablet', 'staff', 'admin'];
const topics: readonly LiveTopic[] = ['attractions', 'queue', 'stations'];

/** Where the tablet is with its guest. Nothing of a guest outlives the return to `attract`. */
type Phase =
  | { at: 'attract' }
  | { at: 'form'; attraction: string; draft: Draft; refusedField: string | undefined }
  | { at: 'outcome'; attraction: string; draft: Draft; signUpId: string };

export default function SignUpScreen() {
  const t = useText();
  return (
    <SignedIn roles={roles}>
      <Live topics={topics}>
        <title>{t('title', { screen: t('screen.sign_up') })}</title>
        <SignUpJourney />
      </Live>
    </SignedIn>
  );
}

function SignUpJourney() {
  const [phase, setPhase] = useState<Phase>({ at: 'attract' });
  useCallChime(useCalled(useQuery(publicQueueQuery).data?.attractions), isForTablets);
  const startAfresh = () => {
    if (phase.at === 'outcome') signUps.leave(phase.signUpId);
    setPhase({ at: 'attract' });
  };

  switch (phase.at) {
    case 'attract':
      return (
        <Attract
          onChoose={(attraction) =>
            setPhase({ at: 'form', attraction, draft: emptyDraft, refusedField: undefined })
          }
        />
      );
    case 'form':
      return (
        <SignUpForm
          attraction={phase.attraction}
          initial={phase.draft}
          refusedField={phase.refusedField}
          onLeave={startAfresh}
          onDone={async (draft) => {
            const signUp = newSignUp(toGameInput(draft, phase.attraction), draft.photo);
            await signUps.submit(signUp);
            setPhase({ at: 'outcome', attraction: phase.attraction, draft, signUpId: signUp.id });
          }}
        />
      );
    case 'outcome':
      return (
        <Outcome
          signUpId={phase.signUpId}
          attraction={phase.attraction}
          name={phase.draft.name}
          onDone={startAfresh}
          onMend={(refusedField) =>
            setPhase({ at: 'form', attraction: phase.attraction, draft: phase.draft, refusedField })
          }
        />
      );
  }
}
