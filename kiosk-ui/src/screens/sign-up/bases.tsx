import { useText } from '../../i18n/use-text.ts';

const corners = [
  { x: 52, y: 30 },
  { x: 30, y: 8 },
  { x: 8, y: 30 },
  { x: 30, y: 52 },
];
const stretches = ['M30 52 52 30', 'M52 30 30 8', 'M30 8 8 30', 'M8 30 30 52'];

/** How far around the diamond a guest has come: three steps, and home is the ticket. */
export function Bases({ reached }: { reached: 1 | 2 | 3 | 4 }) {
  const t = useText();
  const label = reached === 4 ? t('bases.home') : t('bases.step', { step: reached, steps: 3 });
  return (
    <span className="inline-flex items-center gap-4 text-xl font-semibold">
      <svg aria-hidden="true" viewBox="0 0 60 60" className="size-14 shrink-0">
        {stretches.map((stretch, index) => (
          <path
            key={stretch}
            d={stretch}
            fill="none"
            strokeWidth="3.5"
            stroke={index < reached ? 'var(--accent)' : 'var(--edge)'}
            strokeDasharray={index < reached ? undefined : '1 6'}
            strokeLinecap="round"
          />
        ))}
        {corners.map(({ x, y }, index) => (
          <rect
            key={`${x} ${y}`}
            x={x - 6}
            y={y - 6}
            width="12"
            height="12"
            rx="1.5"
            transform={`rotate(45 ${x} ${y})`}
            fill={index < reached ? 'var(--accent)' : 'var(--paper)'}
            stroke={index < reached ? 'var(--accent)' : 'var(--edge)'}
            strokeWidth="2.5"
          />
        ))}
      </svg>
      {label}
    </span>
  );
}
