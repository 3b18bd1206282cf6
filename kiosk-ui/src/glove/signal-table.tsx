import { useRef } from 'react';
import { useNow } from '../appliance-client/use-now.ts';
import { useFormats } from '../i18n/use-formats.ts';
import { useText } from '../i18n/use-text.ts';
import type { LabelledLane } from './signal-plot.tsx';
import type { SignalWindow } from './signal-window.ts';

const columns = ['now', 'least', 'most'] as const;

/** The plot in figures, anew every second: for ears, and for whoever wants to read a number. */
export function SignalTable({
  window: signals,
  lanes,
  paused,
}: {
  window: SignalWindow;
  lanes: readonly LabelledLane[];
  paused: boolean;
}) {
  const t = useText();
  const { signal } = useFormats();
  useNow();
  const extremes = useRef(signals.extremes());
  if (!paused) extremes.current = signals.extremes();
  return (
    <table className="figures w-full text-start">
      <caption className="pb-2 text-start text-ink-soft">{t('signals.caption')}</caption>
      <thead>
        <tr className="text-ink-soft">
          <th scope="col" className="py-1 pe-4 text-start font-medium">
            {t('signals.channel')}
          </th>
          {columns.map((column) => (
            <th key={column} scope="col" className="py-1 ps-4 text-end font-medium">
              {t(`signals.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lanes.map(({ channel, label, unit }) => (
          <tr key={channel} className="border-t-2 border-line">
            <th scope="row" className="py-1 pe-4 text-start font-semibold">
              {unit === '1' ? label : t('signals.in_unit', { label, unit })}
            </th>
            {columns.map((column) => {
              const value = extremes.current[channel]?.[column] ?? null;
              return (
                <td key={column} className="ps-4 text-end">
                  {value === null ? t('signals.none') : signal(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
