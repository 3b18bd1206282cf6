import { useNow } from '../appliance-client/use-now.ts';
import { useText } from '../i18n/use-text.ts';
import type { LabelledLane } from './signal-plot.tsx';
import type { SignalWindow } from './signal-window.ts';

/** The plot in figures, anew every second: for ears, and for whoever wants to read a number. */
export function SignalTable({
  window: signals,
  lanes,
}: {
  window: SignalWindow;
  lanes: readonly LabelledLane[];
}) {
  const t = useText();
  useNow();
  const { traces } = signals.data();
  return (
    <table className="figures w-full text-start">
      <caption className="pb-2 text-start text-ink-soft">{t('signals.caption')}</caption>
      <thead>
        <tr className="text-start text-ink-soft">
          {(['channel', 'now', 'least', 'most', 'unit'] as const).map((column) => (
            <th key={column} scope="col" className="py-1 pe-4 text-start font-medium">
              {t(`signals.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lanes.map(({ channel, label, unit }) => {
          const known = (traces[channel] ?? []).filter((value) => value !== null);
          const columns = [known.at(-1), least(known), most(known)];
          return (
            <tr key={channel} className="border-t-2 border-line">
              <th scope="row" className="py-1 pe-4 text-start font-semibold">
                {label}
              </th>
              {columns.map((value, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns stand still
                <td key={column} className="pe-4">
                  {value === undefined ? t('signals.none') : value.toFixed(2)}
                </td>
              ))}
              <td className="text-ink-soft">{unit === '1' ? '' : unit}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const least = (values: readonly number[]) =>
  values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]) =>
  values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
