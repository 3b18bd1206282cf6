import type { CalibrationProgress } from '@dugout/appliance/contract/glove-calibration.ts';
import { Check } from 'lucide-react';
import { useText } from '../../i18n/use-text.ts';
import { channelName } from './live-view.tsx';

/** Five fingers between open and fist, as they are now; a tick for each that has moved far enough. */
export function FingerBars({ fingers }: { fingers: CalibrationProgress['fingers'] }) {
  const t = useText();
  return (
    <ul className="flex flex-col justify-center gap-4" aria-label={t('calibration.fingers')}>
      {fingers.map(({ finger, position, moved }) => {
        const share = Math.min(1, Math.max(0, position));
        return (
          <li
            key={finger}
            className="relative grid grid-cols-[7.5rem_1fr_2rem] sm:grid-cols-[8.5rem_1fr_2rem] items-center gap-4 text-lg"
          >
            <span className="font-semibold">{channelName(t, finger)}</span>
            <meter
              aria-label={t('calibration.closed', { finger: channelName(t, finger) })}
              value={share}
              className="sr-only"
            />
            <span
              aria-hidden
              className="relative h-8 overflow-hidden rounded-lg border-2 border-edge bg-sunken"
            >
              <span
                className="absolute inset-y-0 start-0 bg-fill"
                style={{ inlineSize: `${share * 100}%` }}
              />
            </span>
            {moved && (
              <Check aria-label={t('calibration.moved')} className="size-7 text-good" strokeWidth={3} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
