import type { Attraction } from '@dugout/appliance/contract/attractions.ts';
import { Clock, Gauge, Hourglass, Megaphone, Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { appliance } from '../../appliance-client/appliance.ts';
import { Button } from '../../components/button.tsx';
import { MoreMenu } from '../../components/more-menu.tsx';
import { useWaitText } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { CapacityDialog } from './capacity-dialog.tsx';
import { callNext, useCommands, useLedger } from './use-actions.tsx';

const delayMinutes = 5;

export type LaneCardProps = { attraction: Attraction; chosen: boolean; onChoose: () => void };

/** One attraction's queue as a whole: call the next guest, pause, slow down, limit. */
export function LaneCard({ attraction, chosen, onChoose }: LaneCardProps) {
  const t = useText();
  const waitText = useWaitText();
  const { run } = useCommands();
  const [capacityOpen, setCapacityOpen] = useState(false);
  const { id, name, paused, waiting, capacity, estimate } = attraction;
  const calls = useLedger().filter(({ subject, verb }) => verb === 'call-next' && subject.name === name);
  const pending = calls.some(({ state }) => state === 'pending');
  const asked = calls.filter(({ state }) => state === 'waiting').length;

  const setPaused = (wanted: boolean) => ({
    verb: wanted ? ('pause' as const) : ('resume' as const),
    subject: { name },
    ask: (key: string) => appliance.changeAttraction(id, { paused: wanted }, key),
    outcomeOf: () => ({ undo: (key: string) => appliance.changeAttraction(id, { paused: !wanted }, key) }),
  });

  return (
    <section
      aria-label={name}
      className={`relative rounded-2xl border-2 bg-surface p-4 has-[[aria-expanded=true]]:z-40 ${chosen ? 'border-accent' : 'border-line'}`}
    >
      <div className="flex items-start justify-between gap-2">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={onChoose}
          className="min-h-12 grow rounded-lg text-start"
        >
          <span className="flex flex-wrap items-center gap-x-3 text-xl font-bold">
            {name}
            {paused && (
              <span className="inline-flex items-center gap-1 rounded-full border-2 border-bad bg-bad-soft px-2 text-sm text-bad">
                <Pause aria-hidden className="size-3.5" />
                {t('lane.paused')}
              </span>
            )}
          </span>
          <span className="figures block text-ink-soft">
            {capacity === null ? t('lane.waiting', { waiting }) : t('lane.waiting_of', { waiting, capacity })}
            <span aria-hidden> · </span>
            {waitText(estimate)}
          </span>
        </button>
        <MoreMenu
          label={t('lane.more', { name })}
          items={[
            {
              name: t('lane.delay', { minutes: delayMinutes }),
              icon: Clock,
              onChoose: () =>
                run({
                  verb: 'delay',
                  subject: { name },
                  ask: (key) => appliance.delayAttraction(id, delayMinutes, key),
                }),
            },
            { name: t('lane.capacity'), icon: Gauge, onChoose: () => setCapacityOpen(true) },
          ]}
        />
      </div>
      <div className="mt-3 grid grid-cols-[1fr_auto] gap-3">
        <Button
          tone="primary"
          icon={Megaphone}
          busy={pending}
          disabled={waiting === 0 || paused}
          aria-label={t('lane.call_next_at', { name })}
          onClick={() => run(callNext(attraction))}
        >
          {t('lane.call_next')}
        </Button>
        <Button
          icon={paused ? Play : Pause}
          aria-label={t(paused ? 'lane.resume_at' : 'lane.pause_at', { name })}
          onClick={() => run(setPaused(!paused))}
        >
          {t(paused ? 'lane.resume' : 'lane.pause')}
        </Button>
      </div>
      {asked > 0 && (
        <p className="figures mt-2 flex items-center gap-2 text-accent">
          <Hourglass aria-hidden className="size-5 shrink-0" />
          {t('lane.asked', { count: asked })}
        </p>
      )}
      {capacityOpen && <CapacityDialog attraction={attraction} onClose={() => setCapacityOpen(false)} />}
    </section>
  );
}
