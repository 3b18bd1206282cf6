import type { ReactNode } from 'react';
import { type ReadingState, useStaleFor } from '../appliance-client/live.tsx';
import { useNow } from '../appliance-client/use-now.ts';

const path = [
  [0, 0],
  [1, 0],
  [2, 1],
  [2, 2],
  [1, 3],
  [0, 3],
  [-1, 2],
  [-1, 1],
] as const;

/**
 * A screen on a wall: no scroll bars, no cursor, sizes that follow the display. It moves a pixel or two every minute,
 * so that the same letters do not burn into the same place for a season.
 */
export function FarScreen({ children, className = '' }: { children: ReactNode; className?: string }) {
  const minute = Math.floor(useNow() / 60_000);
  const [x, y] = path[minute % path.length] ?? path[0];
  return (
    <div className={`far fixed inset-0 overflow-hidden bg-paper ${className}`}>
      <div
        className="absolute inset-0 flex flex-col p-[calc(var(--u)*2.4)]"
        style={{ translate: `${x}px ${y}px` }}
      >
        {children}
      </div>
    </div>
  );
}

const fadeAfterMs = 30_000;

/** The part of a board that loses its colours when it has not been current for half a minute. */
export function FadesWhenStale({ of, children }: { of: readonly ReadingState[]; children: ReactNode }) {
  const faded = useStaleFor(of) > fadeAfterMs;
  return (
    <main className={`flex min-h-0 grow flex-col gap-[calc(var(--u)*2)] ${faded ? 'grayscale' : ''}`}>
      {children}
    </main>
  );
}
