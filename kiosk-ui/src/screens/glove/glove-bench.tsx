import type { Glove } from '@dugout/appliance/contract/gloves.ts';
import { Ruler, Vibrate } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { appliance } from '../../appliance-client/appliance.ts';
import { Button, buttonLook } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { useText } from '../../i18n/use-text.ts';
import { CalibrationPanel } from './calibration-panel.tsx';
import { ConditionMark } from './condition-mark.tsx';
import { GloveFacts } from './glove-facts.tsx';
import { LiveView } from './live-view.tsx';

/** One glove: what it measures now, how it is doing, and how it is fitted to a hand. */
export function GloveBench({ glove }: { glove: Glove }) {
  const t = useText();
  const [calibrating, setCalibrating] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const { name, layout } = glove;

  const shake = () => {
    setFailure(undefined);
    appliance
      .feedback(name, { vibration: { frequency: 0.5, duration: 0.4, amplitude: 0.8 } })
      .catch((error: Error) => setFailure(error));
  };

  return (
    <>
      <nav className="flex flex-wrap gap-3">
        <Link href="/glove" className={buttonLook('quiet')}>
          {t('glove.all')}
        </Link>
        <Button
          icon={Ruler}
          tone="soft"
          aria-pressed={calibrating}
          onClick={() => setCalibrating(!calibrating)}
        >
          {t('glove.calibrate')}
        </Button>
        <Button icon={Vibrate} onClick={shake}>
          {t('glove.shake')}
        </Button>
      </nav>
      {failure && <Failure error={failure} />}
      {calibrating ? (
        <CalibrationPanel glove={glove} onDone={() => setCalibrating(false)} />
      ) : (
        <div className="grid gap-6 lg:grid-cols-[1fr_18rem]">
          {layout === null ? (
            <p className="text-xl">{t('glove.no_layout')}</p>
          ) : (
            <LiveView key={name} glove={glove} layout={layout} />
          )}
          <aside className="flex flex-col gap-3" aria-label={t('glove.health')}>
            <ConditionMark glove={glove} />
            <GloveFacts glove={glove} />
          </aside>
        </div>
      )}
    </>
  );
}
