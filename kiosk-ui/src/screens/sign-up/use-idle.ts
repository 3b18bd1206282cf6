import { useEffect, useEffectEvent, useState } from 'react';
import { type Idle, type IdleLimits, idleAt } from './idle.ts';

const touches = ['pointerdown', 'keydown', 'input', 'scroll'] as const;

/** Follows whether somebody is still at the tablet; any touch extends, as often as it comes. */
export function useIdle(limits: IdleLimits, onGone: () => void): Idle {
  const [touchedAt, setTouchedAt] = useState(() => Date.now());
  const [now, setNow] = useState(touchedAt);
  const idle = idleAt(touchedAt, now, limits);
  const gone = useEffectEvent(onGone);

  useEffect(() => {
    const touch = () => {
      setTouchedAt(Date.now());
      setNow(Date.now());
    };
    const ticker = setInterval(() => setNow(Date.now()), 250);
    for (const type of touches) addEventListener(type, touch, { capture: true, passive: true });
    return () => {
      clearInterval(ticker);
      for (const type of touches) removeEventListener(type, touch, { capture: true });
    };
  }, []);

  useEffect(() => {
    if (idle.state === 'gone') gone();
  }, [idle.state]);

  return idle;
}
