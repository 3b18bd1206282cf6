import type { Glove } from '@dugout/appliance/contract/gloves.ts';
import { Pause, Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { usePlace } from '../../appliance-client/use-place.ts';
import { Button } from '../../components/button.tsx';
import { ChoiceRow } from '../../components/choice-row.tsx';
import { type LaneGroup, lanesOf } from '../../glove/lanes.ts';
import { type LabelledLane, SignalPlot } from '../../glove/signal-plot.tsx';
import { SignalTable } from '../../glove/signal-table.tsx';
import { useGloveSignals } from '../../glove/use-glove-signals.ts';
import { isMessageId, type Text, useText } from '../../i18n/use-text.ts';

const seconds = 10;

/** The signals of one glove as they come. */
export function LiveView({ glove, layout }: { glove: Glove; layout: NonNullable<Glove['layout']> }) {
  const t = useText();
  const { site } = usePlace();
  // Read again every second or so, the layout is another object each time and the same layout.
  const written = JSON.stringify(layout);
  const steady = useMemo((): typeof layout => JSON.parse(written), [written]);
  const groups = useMemo(() => lanesOf(steady.channels), [steady]);
  const [wanted, setWanted] = useState<LaneGroup>('fingers');
  const [paused, setPaused] = useState(false);
  const group = groups.has(wanted) ? wanted : ([...groups.keys()][0] ?? 'fingers');
  const lanes = useMemo(
    () => (groups.get(group) ?? []).map((lane) => ({ ...lane, label: channelName(t, lane.name) })),
    [groups, group, t],
  ) satisfies LabelledLane[];
  const { state, signals, clock } = useGloveSignals(site, glove.name, steady, seconds);

  return (
    <section aria-label={t('glove.signals')} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <ChoiceRow
          label={t('glove.channels')}
          choices={[...groups.keys()]}
          chosen={group}
          onChoose={setWanted}
          nameOf={(name) => t(`glove.group.${name}`)}
        />
        <p role="status" className="ms-auto text-ink-soft">
          {state !== 'following' && t(`glove.stream.${state}`)}
        </p>
        <Button icon={paused ? Play : Pause} aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {t(paused ? 'glove.resume' : 'glove.pause')}
        </Button>
      </div>
      <div data-state={state} className="h-[28rem] rounded-2xl border-2 border-line bg-surface p-2">
        <SignalPlot window={signals} clock={clock} lanes={lanes} seconds={seconds} paused={paused} />
      </div>
      <details className="rounded-2xl border-2 border-line bg-surface p-4">
        <summary className="min-h-8 font-semibold">{t('glove.table')}</summary>
        <SignalTable window={signals} lanes={lanes} />
      </details>
    </section>
  );
}

export function channelName(t: Text, name: string): string {
  const id = `channel.${name}`;
  return isMessageId(id) ? t(id) : name;
}
