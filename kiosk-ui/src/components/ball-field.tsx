const home = { x: 800, y: 930 };
const mownWedges = [-1180, -760, -340, 80, 500, 920, 1340, 1760, 2180, 2600];
const masts = [260, 560, 1040, 1340];

/** The park at dusk (or at noon), seen from behind home plate: the picture behind every guest screen. */
export function BallField({ className = '' }: { className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 1600 900"
      preserveAspectRatio="xMidYMax slice"
      className={`pointer-events-none ${className}`}
    >
      <defs>
        <linearGradient id="sky" x2="0" y2="1">
          <stop offset="0" stopColor="var(--sky-high)" />
          <stop offset="1" stopColor="var(--sky-low)" />
        </linearGradient>
        <radialGradient id="dusk" cx="0.5" cy="1" r="0.75">
          <stop offset="0" stopColor="var(--sun)" stopOpacity="0.55" />
          <stop offset="1" stopColor="var(--sun)" stopOpacity="0" />
        </radialGradient>
        <radialGradient id="glow">
          <stop offset="0" stopColor="var(--lamp)" stopOpacity="0.5" />
          <stop offset="1" stopColor="var(--lamp)" stopOpacity="0" />
        </radialGradient>
        <clipPath id="grass">
          <path d="M0 520Q800 452 1600 520V900H0Z" />
        </clipPath>
      </defs>
      <rect width="1600" height="540" fill="url(#sky)" />
      <rect y="120" width="1600" height="420" fill="url(#dusk)" />
      <path d="M0 452Q130 396 300 424T640 404T980 420T1300 392T1600 440V540H0Z" fill="var(--hills)" />
      {masts.map((x) => (
        <Mast key={x} x={x} />
      ))}
      <path d="M0 488Q800 424 1600 488V532Q800 464 0 532Z" fill="var(--wall)" />
      <path d="M0 488Q800 424 1600 488" fill="none" stroke="var(--wall-rail)" strokeWidth="3" />
      <g clipPath="url(#grass)">
        <rect y="440" width="1600" height="460" fill="var(--grass)" />
        {mownWedges.map((x) => (
          <path key={x} d={`M${home.x} ${home.y}L${x} 440H${x + 210}Z`} fill="var(--grass-mown)" />
        ))}
        <path d="M330 900Q380 560 800 556T1270 900Z" fill="var(--clay)" />
        <path d="M800 604 1105 764 800 1000 495 764Z" fill="var(--grass)" />
        <ellipse cx="800" cy="742" rx="52" ry="17" fill="var(--clay)" />
        <path d="M783 739h34v5h-34Z" fill="var(--chalk)" />
        <path
          d={`M${home.x} ${home.y} -160 474M${home.x} ${home.y} 1760 474`}
          stroke="var(--chalk)"
          strokeWidth="4"
          opacity="0.75"
        />
        <path
          d="m800 594 20 9-20 9-20-9ZM1105 755l22 10-22 10-22-10ZM495 755l22 10-22 10-22-10Z"
          fill="var(--chalk)"
        />
      </g>
    </svg>
  );
}

function Mast({ x }: { x: number }) {
  const top = Math.abs(x - home.x) < 400 ? 352 : 330;
  return (
    <g>
      <ellipse cx={x} cy={top} rx="92" ry="70" fill="url(#glow)" />
      <path d={`M${x} ${top}V476`} stroke="var(--mast)" strokeWidth="4" />
      <rect x={x - 26} y={top - 17} width="52" height="28" rx="3" fill="var(--mast)" />
      {[-17, -6, 5, 16].map((dx) => (
        <g key={dx} fill="var(--lamp)">
          <circle cx={x + dx + 0.5} cy={top - 8.5} r="4" />
          <circle cx={x + dx + 0.5} cy={top + 3} r="4" />
        </g>
      ))}
    </g>
  );
}
