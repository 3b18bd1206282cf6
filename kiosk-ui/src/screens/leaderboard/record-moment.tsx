import type { LeaderboardEntry } from '@dugout/appliance/contract/leaderboards.ts';
import { useEffect, useRef, useState } from 'react';
import { BallField } from '../../components/ball-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { CountUp } from './count-up.tsx';
import { newRecord } from './record.ts';

const momentMs = 9_000;

/** Ten seconds of glory when the best of all time is beaten, and the board again afterwards. */
export function RecordMoment({ entries }: { entries: readonly LeaderboardEntry[] | undefined }) {
  const t = useText();
  const best = useRef<LeaderboardEntry>(undefined);
  const [record, setRecord] = useState<LeaderboardEntry>();

  useEffect(() => {
    if (!entries) return;
    const beaten = newRecord(best.current, entries);
    best.current = entries[0];
    if (beaten) setRecord(beaten);
  }, [entries]);

  useEffect(() => {
    if (!record) return;
    const end = setTimeout(() => setRecord(undefined), momentMs);
    return () => clearTimeout(end);
  }, [record]);

  if (!record) return null;
  return (
    <section
      role="status"
      className="fixed inset-0 isolate z-10 grid animate-appear place-items-center overflow-hidden bg-paper text-center"
    >
      <BallField className="absolute inset-0 -z-10 size-full" />
      <div className="flex flex-col items-center gap-[calc(var(--u)*2)] rounded-2xl bg-slate p-[calc(var(--u)*6)] text-slate-ink shadow-2xl">
        <p className="rounded-full bg-fill px-8 py-3 text-3xl font-extrabold text-on-fill">
          {t('leaderboard.record')}
        </p>
        <p className="text-6xl font-extrabold tracking-tight break-words">
          <bdi>{record.name}</bdi>
        </p>
        <CountUp to={record.score} className="figures text-[calc(var(--u)*20)] leading-none font-extrabold" />
      </div>
    </section>
  );
}
