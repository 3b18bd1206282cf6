import type { Glove } from '@dugout/appliance/contract/gloves.ts';
import { Pause, Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { usePlace } from '../../appliance-client/use-place.ts';
import { Button } from '../../components/button.tsx';
import { ChoiceRow } from '../../components/choice-row.tsx';
import { type LaneGroup, lanesOf, type SignalLane } from '../../glove/lanes.ts';
import { type LabelledLane, SignalPlot } from '../../glove/signal-plot.tsx';
import { SignalTable } from '../../glove/signal-table.tsx';
import { useGloveSignals } from '../../glove/use-glove-signals.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { isMessageId, type Text, useText } from '../../i18n/use-text.ts';
import { StreamMark } from './stream-mark.tsx';

const seconds = 10;

export type Layout = NonNullable<Glove['layout']>;

/** The signals of one glove as they come. */
export function LiveView({ glove, layout }: { glove: Glove; layout: Layout }) {
  const t = useText();
  const { number } = useFormats();
  const { site } = usePlace();
  const steady = useSteadyLayout(layout);
  const groups = useMemo(() => lanesOf(steady.channels), [steady]);
  const [wanted, setWanted] = useState<LaneGroup>('fingers');
  const [paused, setPaused] = useState(false);
  const group = groups.has(wanted) ? wanted : ([...groups.keys()][0] ?? 'fingers');
  const lanes = useMemo(() => labelled(t, groups.get(group) ?? []), [groups, group, t]);
  const { state, signals, clock, silentMs } = useGloveSignals(site, glove.name, steady, seconds);
  const [{ from, to, unit } = { from: 0, to: 1, unit: '1' }] = lanes;

  return (
    <section aria-label={t('glove.signals')} className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <ChoiceRow
          label={t('glove.channels')}
          choices={[...groups.keys()]}
          chosen={group}
          onChoose={setWanted}
          nameOf={(name) => t(`glove.group.${name}`)}
        />
        <Button icon={paused ? Play : Pause} aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {t(paused ? 'glove.resume' : 'glove.pause')}
        </Button>
      </div>
      <figure
        data-stream={state}
        className="relative flex flex-col gap-2 rounded-2xl border-2 border-line bg-surface p-4"
      >
        <div className="h-[26rem]">
          <SignalPlot window={signals} clock={clock} lanes={lanes} seconds={seconds} paused={paused} />
        </div>
        <StreamMark state={state} silentMs={silentMs} paused={paused} />
        <figcaption className="text-ink-soft">
          {t(`glove.reading.${group}`, { from: number(from), to: number(to), unit })} {t('glove.reading.gap')}
        </figcaption>
      </figure>
      <details className="rounded-2xl border-2 border-line bg-surface p-4">
        <summary className="min-h-8 font-semibold">{t('glove.table')}</summary>
        <SignalTable window={signals} lanes={lanes} paused={paused} />
      </details>
    </section>
  );
}

/** Read again every second or so, a layout is another object each time and the same layout. */
export function useSteadyLayout(layout: Layout): Layout {
  const written = JSON.stringify(layout);
  return useMemo((): Layout => JSON.parse(written), [written]);
}

export const labelled = (t: Text, lanes: readonly SignalLane[]): LabelledLane[] =>
  lanes.map((lane) => ({ ...lane, label: channelName(t, lane.name) }));

export function channelName(t: Text, name: string): string {
  const id = `channel.${name}`;
  return isMessageId(id) ? t(id) : name;
}
