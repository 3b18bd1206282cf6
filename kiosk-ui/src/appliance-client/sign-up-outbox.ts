import { oneAtATime } from './one-at-a-time.ts';
import { Refusal, Unreachable } from './refusal.ts';
import {
  type Delivered,
  deliverSignUp,
  mayPassLater,
  type SignUp,
  type SignUpApi,
} from './sign-up-delivery.ts';

/** Where sign-ups survive a reload or a power cut. */
export type SignUpStore = {
  put: (signUp: SignUp) => Promise<void>;
  all: () => Promise<SignUp[]>;
  remove: (id: string) => Promise<void>;
};

export type SignUpState =
  | { state: 'sending' }
  | { state: 'waiting' }
  | { state: 'refused'; refusal: Refusal }
  | ({ state: 'delivered' } & Delivered);

export type SignUpOutbox = {
  submit: (signUp: SignUp) => Promise<void>;
  stateOf: (id: string) => SignUpState;
  /** Sign-ups that no appliance has taken yet, the refused ones included; the list changes when they do. */
  kept: () => readonly SignUp[];
  /** Sends what waits now instead of at the next attempt. */
  flush: () => void;
  /** Drops a refused sign-up, because its guest mends it or staff gave it up. */
  withdraw: (id: string) => Promise<void>;
  /** Nobody looks at it any more: once delivered, nothing of the guest stays on the tablet. */
  leave: (id: string) => void;
  subscribe: (listener: () => void) => () => void;
};

const retryMs = 3_000;
const sending: SignUpState = { state: 'sending' };

/**
 * Keeps sign-ups until the appliance has them, each exactly once: stored before the first attempt, repeated with
 * the same keys, removed only after the answer.
 */
export function createSignUpOutbox(store: SignUpStore, api: SignUpApi): SignUpOutbox {
  const states = new Map<string, SignUpState>();
  const listeners = new Set<() => void>();
  const left = new Set<string>();
  let kept: readonly SignUp[] = [];
  let retry: ReturnType<typeof setTimeout> | undefined;

  const become = (id: string, state: SignUpState) => {
    states.set(id, state);
    for (const listener of listeners) listener();
  };

  /** Answers false when nobody is there, so that the others need not try. */
  const attempt = async (signUp: SignUp): Promise<boolean> => {
    try {
      const delivered = await deliverSignUp(signUp, api);
      await store.remove(signUp.id);
      kept = kept.filter(({ id }) => id !== signUp.id);
      become(signUp.id, { state: 'delivered', ...delivered });
      if (left.delete(signUp.id)) states.delete(signUp.id);
    } catch (error) {
      if (error instanceof Refusal && !mayPassLater(error))
        become(signUp.id, { state: 'refused', refusal: error });
      else become(signUp.id, { state: 'waiting' });
      return !(error instanceof Unreachable);
    }
    return true;
  };

  const flush = oneAtATime(async () => {
    clearTimeout(retry);
    kept = (await store.all()).toSorted((a, b) => a.createdAt - b.createdAt);
    let answered = true;
    for (const signUp of kept) {
      if (states.get(signUp.id)?.state === 'refused') continue;
      if (answered) answered = await attempt(signUp);
      else become(signUp.id, { state: 'waiting' });
    }
    if (kept.some(({ id }) => states.get(id)?.state === 'waiting')) retry = setTimeout(flush, retryMs);
  }, 0);

  flush();
  return {
    submit: async (signUp) => {
      become(signUp.id, sending);
      await store.put(signUp);
      flush();
    },
    stateOf: (id) => states.get(id) ?? sending,
    kept: () => kept,
    flush,
    withdraw: async (id) => {
      await store.remove(id);
      kept = kept.filter((signUp) => signUp.id !== id);
      states.delete(id);
      for (const listener of listeners) listener();
    },
    leave: (id) => {
      if (states.get(id)?.state === 'delivered') states.delete(id);
      else left.add(id);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
