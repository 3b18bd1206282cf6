/** The mark: the diamond as the batter sees it, home plate lit. */
export function Mark({ className = '' }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 48 48" className={className}>
      <path d="M24 8 40 24 24 40 8 24Z" fill="none" stroke="currentColor" strokeWidth="2.5" opacity="0.55" />
      <path d="m24 2 6 6-6 6-6-6ZM40 18l6 6-6 6-6-6ZM8 18l6 6-6 6-6-6Z" fill="currentColor" />
      <path d="M17 33h14v6l-7 7-7-7Z" fill="var(--fill)" stroke="var(--fill-edge)" strokeWidth="1.5" />
    </svg>
  );
}

export function Brand({ name }: { name: string }) {
  return (
    <span className="inline-flex items-center gap-[0.5em] font-bold tracking-tight">
      <Mark className="size-[1.6em] shrink-0" />
      {name}
    </span>
  );
}
