import { useEffect, useState } from 'react';
import { useFormats } from '../../i18n/use-formats.ts';

const countMs = 1_500;

/** A score that counts up to itself; where motion is unwelcome it is simply there. */
export function CountUp({ to, className }: { to: number; className: string }) {
  const { number } = useFormats();
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const [shown, setShown] = useState(still ? to : 0);

  useEffect(() => {
    if (still) return;
    const start = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const done = Math.min(1, (now - start) / countMs);
      setShown(Math.round(to * (1 - (1 - done) ** 3)));
      if (done < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [to, still]);

  return (
    <p className={className}>
      <span aria-hidden>{number(shown)}</span>
      <span className="sr-only">{number(to)}</span>
    </p>
  );
}
