/** A ticket as the hand-turned scoreboard shows it: chalk on a green slate, one shape wherever a ticket appears. */
export function Slate({ ticket, className = '' }: { ticket: string; className?: string }) {
  return (
    <span
      translate="no"
      className={`figures inline-block rounded-[0.22em] border border-slate-edge bg-slate px-[0.36em] py-[0.14em] font-bold leading-none tracking-wide text-slate-ink shadow-[inset_0_-0.09em_0_rgb(0_0_0/0.22)] ${className}`}
    >
      {ticket}
    </span>
  );
}
