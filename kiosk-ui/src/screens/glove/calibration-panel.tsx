import type { CalibrationAction, CalibrationProgress } from '@dugout/appliance/contract/glove-calibration.ts';
import type { Glove } from '@dugout/appliance/contract/gloves.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { appliance } from '../../appliance-client/appliance.ts';
import { calibrationQuery } from '../../appliance-client/queries.ts';
import { codeOf } from '../../appliance-client/refusal.ts';
import { Button } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { useText } from '../../i18n/use-text.ts';
import { CalibrationVerdict } from './calibration-verdict.tsx';
import { FingerBars } from './finger-bars.tsx';
import { channelName } from './live-view.tsx';

const ended = new Set(['finished', 'cancelled', 'failed']);

/** Fits a glove to a hand, step by step: what to do now, in large letters, and how far it is. */
export function CalibrationPanel({
  glove,
  gameId,
  onDone,
}: {
  glove: Pick<Glove, 'name'>;
  /** Whose hand it is; without it the fit is that of whoever wears the glove. */
  gameId?: string;
  onDone: () => void;
}) {
  const t = useText();
  const client = useQueryClient();
  const start = useMutation({
    networkMode: 'always',
    mutationFn: () => appliance.startCalibration(glove.name, gameId === undefined ? {} : { game_id: gameId }),
    onSuccess: (progress) => client.setQueryData(['calibration', glove.name], progress),
  });
  const { mutate: begin } = start;
  useEffect(() => begin(), [begin]);
  // Begun by somebody else: whoever stands here sees the same hand.
  const isUnderWay = start.isSuccess || (start.isError && codeOf(start.error) === 'calibration_under_way');
  const running = useQuery({ ...calibrationQuery(glove.name, isUnderWay), enabled: isUnderWay });
  const act = useMutation({
    networkMode: 'always',
    mutationFn: (action: CalibrationAction) => appliance.calibrate(glove.name, action),
    onSuccess: (progress) => client.setQueryData(['calibration', glove.name], progress),
  });
  const error = (isUnderWay ? null : start.error) ?? act.error ?? running.error;
  const progress = running.data;
  return (
    <section aria-label={t('calibration.title')} className="flex flex-col gap-6">
      {error && <Failure error={error} />}
      {progress && <Step progress={progress} />}
      <div className="flex flex-wrap gap-3">
        {progress?.allowed.map((action) => (
          <Button
            key={action}
            size="kiosk"
            tone={action === 'confirm' ? 'primary' : 'plain'}
            busy={act.isPending && act.variables === action}
            onClick={() => act.mutate(action)}
          >
            {t(`calibration.action.${action}`)}
          </Button>
        ))}
        {(error !== null || (progress && ended.has(progress.phase))) && (
          <Button size="kiosk" tone={progress?.phase === 'finished' ? 'primary' : 'plain'} onClick={onDone}>
            {t('calibration.close')}
          </Button>
        )}
      </div>
    </section>
  );
}

function Step({ progress }: { progress: CalibrationProgress }) {
  const t = useText();
  const { phase, phases, guidance, fingers, result, failure, drift, confirms_itself_in_ms } = progress;
  const steps = phases.filter((one) => !ended.has(one) && one !== 'raw');
  const at = steps.indexOf(phase);
  const [first] = guidance;
  const finger = first?.finger ? channelName(t, first.finger) : '';
  return (
    <div className="grid gap-8 rounded-2xl border-2 border-line bg-surface p-6 sm:p-8 lg:grid-cols-2">
      <div className="flex flex-col gap-5">
        {at >= 0 && (
          <p className="text-lg text-ink-soft">
            {t('calibration.step', { step: at + 1, steps: steps.length })}
          </p>
        )}
        <div role="status" className="flex flex-col gap-3">
          <h2 className="text-4xl font-extrabold tracking-tight">{t(`calibration.phase.${phase}`)}</h2>
          {first && (
            <p className="text-2xl text-accent">{t(`calibration.guidance.${first.code}`, { finger })}</p>
          )}
          {failure !== null && <p className="text-2xl text-bad">{t(`calibration.failure.${failure}`)}</p>}
          {(phase === 'cancelled' || phase === 'finished') && (
            <p className="text-2xl text-ink-soft">{t(`calibration.outcome.${phase}`)}</p>
          )}
        </div>
        {at >= 0 && phase !== 'await_confirm' && (
          <progress
            aria-label={t('calibration.progress')}
            value={progress.progress}
            className="h-5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-fill [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-fill"
          />
        )}
        {result && phase !== 'cancelled' && <CalibrationVerdict result={result} drift={drift} />}
        {confirms_itself_in_ms !== null && (
          <p className="figures text-xl text-ink-soft">
            {t('calibration.confirms_itself', { seconds: Math.ceil(confirms_itself_in_ms / 1_000) })}
          </p>
        )}
      </div>
      <FingerBars fingers={fingers} />
    </div>
  );
}
