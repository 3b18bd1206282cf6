import type { CalibrationResult, Drift } from '@dugout/appliance/contract/glove-calibration.ts';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useText } from '../../i18n/use-text.ts';
import { channelName } from './live-view.tsx';

/** How good the fit is, and what speaks against it. */
export function CalibrationVerdict({ result, drift }: { result: CalibrationResult; drift: Drift | null }) {
  const t = useText();
  const fine = result.quality === 'good' && drift?.drifted !== true;
  const Icon = fine ? CircleCheck : TriangleAlert;
  return (
    <div className="flex flex-col gap-2 text-xl">
      <p className={`flex items-center gap-3 font-bold ${fine ? 'text-good' : 'text-accent'}`}>
        <Icon aria-hidden className="size-7 shrink-0" />
        {t(drift?.drifted ? 'calibration.drifted' : `calibration.quality.${result.quality}`)}
      </p>
      <ul className="list-disc ps-6 text-ink-soft">
        {Object.entries(result.channels).flatMap(([channel, { reasons }]) =>
          reasons.map((reason) => (
            <li key={channel + reason}>
              {t('calibration.of_finger', {
                finger: channelName(t, channel),
                reason: t(`calibration.reason.${reason}`),
              })}
            </li>
          )),
        )}
        {result.reasons.includes('few_fingers') && <li>{t('calibration.few_fingers')}</li>}
      </ul>
    </div>
  );
}
