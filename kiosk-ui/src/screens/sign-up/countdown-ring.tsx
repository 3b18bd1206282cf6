const radius = 20;
const length = 2 * Math.PI * radius;

/** Time running out, as a ring around its seconds. */
export function CountdownRing({ leftMs, ofMs }: { leftMs: number; ofMs: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 48 48" className="size-16 -rotate-90">
      <circle cx="24" cy="24" r={radius} fill="none" stroke="var(--line)" strokeWidth="4" />
      <circle
        cx="24"
        cy="24"
        r={radius}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="4"
        strokeLinecap="round"
        strokeDasharray={length}
        strokeDashoffset={length * (1 - leftMs / ofMs)}
        className="transition-[stroke-dashoffset] duration-250 ease-linear"
      />
      <text
        x="24"
        y="24"
        fill="currentColor"
        fontSize="16"
        fontWeight="700"
        textAnchor="middle"
        dominantBaseline="central"
        transform="rotate(90 24 24)"
      >
        {Math.ceil(leftMs / 1000)}
      </text>
    </svg>
  );
}
