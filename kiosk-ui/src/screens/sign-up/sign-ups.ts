import { useSyncExternalStore } from 'react';
import { appliance } from '../../appliance-client/appliance.ts';
import type { SignUp } from '../../appliance-client/sign-up-delivery.ts';
import { createSignUpOutbox, type SignUpState } from '../../appliance-client/sign-up-outbox.ts';
import { storedSignUps } from '../../appliance-client/stored-sign-ups.ts';

/** This tablet's outbox; what it held before a reload is sent as soon as the sign-up screen opens. */
export const signUps = createSignUpOutbox(storedSignUps(), appliance);

export function useSignUp(id: string): SignUpState {
  return useSyncExternalStore(signUps.subscribe, () => signUps.stateOf(id));
}

export function useKeptSignUps(): readonly SignUp[] {
  return useSyncExternalStore(signUps.subscribe, signUps.kept);
}
