import type { ReactNode } from 'react';
import { Mark } from './brand.tsx';

/** A page that says one thing. */
export function Message({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div className="flex max-w-2xl flex-col items-center gap-6 text-xl text-ink-soft">
        <Mark className="size-16 text-ink" />
        <h1 className="text-4xl font-extrabold tracking-tight text-ink">{title}</h1>
        {children}
      </div>
    </main>
  );
}
