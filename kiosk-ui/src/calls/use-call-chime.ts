import { useEffect, useRef } from 'react';
import { chime } from './chime.ts';
import { type CalledGuest, loudnessOf, newCalls } from './new-calls.ts';

/**
 * Chimes once for each call that is new on this screen: once for a first call, louder the longer a guest is looked
 * for. What is seen is the twin of what is heard: the same guests stand on the screen.
 * @param called undefined until it is known
 * @param concerns whom this screen chimes for; must not change
 */
export function useCallChime(
  called: readonly CalledGuest[] | undefined,
  concerns: (guest: CalledGuest) => boolean = () => true,
): void {
  const known = useRef<number>(undefined);
  useEffect(() => {
    if (called === undefined) return;
    const calls = newCalls(known.current, called);
    known.current = calls.known;
    const times = Math.max(0, ...calls.fresh.filter(concerns).map(loudnessOf));
    if (times > 0) chime(times);
  }, [called, concerns]);
}
