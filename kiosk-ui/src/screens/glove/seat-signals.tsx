import type { Glove } from '@dugout/appliance/contract/gloves.ts';
import { useMemo } from 'react';
import { usePlace } from '../../appliance-client/use-place.ts';
import { lanesOf } from '../../glove/lanes.ts';
import { SignalPlot } from '../../glove/signal-plot.tsx';
import { SignalTable } from '../../glove/signal-table.tsx';
import { useGloveSignals } from '../../glove/use-glove-signals.ts';
import { useText } from '../../i18n/use-text.ts';
import { ConditionMark } from './condition-mark.tsx';
import { type Layout, labelled, useSteadyLayout } from './live-view.tsx';
import { StreamMark } from './stream-mark.tsx';

const seconds = 10;

/** The fingers of one hand, as they move. */
export function SeatSignals({ glove }: { glove: Glove }) {
  const t = useText();
  const { name, hand, layout } = glove;
  return (
    <li className="flex flex-col gap-3 rounded-2xl border-2 border-line bg-surface p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="text-xl font-bold">{t('seat.hand', { hand: hand ?? 'none', name })}</h3>
        <ConditionMark glove={glove} />
      </div>
      {layout === null ? <p>{t('glove.no_layout')}</p> : <Fingers name={name} layout={layout} />}
    </li>
  );
}

function Fingers({ name, layout }: { name: string; layout: Layout }) {
  const t = useText();
  const { site } = usePlace();
  const steady = useSteadyLayout(layout);
  const lanes = useMemo(() => labelled(t, lanesOf(steady.channels).get('fingers') ?? []), [steady, t]);
  const { state, signals, clock, silentMs } = useGloveSignals(site, name, steady, seconds);
  return (
    <div data-stream={state} className="relative flex flex-col gap-2">
      <div className="h-[22rem]">
        <SignalPlot window={signals} clock={clock} lanes={lanes} seconds={seconds} paused={false} />
      </div>
      <StreamMark state={state} silentMs={silentMs} paused={false} />
      <p className="text-ink-soft">{t('glove.reading.fingers')}</p>
      <div className="sr-only">
        <SignalTable window={signals} lanes={lanes} paused={false} />
      </div>
    </div>
  );
}
