import type { PublicQueue } from '@dugout/appliance/contract/queue.ts';
import { useMemo } from 'react';
import { type CalledGuest, loudnessOf } from './new-calls.ts';

/** A called guest and the attraction, by its name, that waits for them. */
export type Called = CalledGuest & { readonly attraction: string };

/** Everybody who is called at these attractions, whoever is looked for the longest first. */
export const useCalled = (attractions: PublicQueue['attractions'] | undefined): Called[] | undefined =>
  useMemo(
    () =>
      attractions
        ?.flatMap(({ name, called }) => called.map((guest) => ({ ...guest, attraction: name })))
        .toSorted((a, b) => loudnessOf(b) - loudnessOf(a)),
    [attractions],
  );
