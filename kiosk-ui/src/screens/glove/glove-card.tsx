import type { Glove } from '@dugout/appliance/contract/gloves.ts';
import { Link } from 'wouter';
import { buttonLook } from '../../components/button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { ConditionMark } from './condition-mark.tsx';
import { GloveFacts } from './glove-facts.tsx';

/** One glove among many: is it well? */
export function GloveCard({ glove }: { glove: Glove }) {
  const t = useText();
  const { name, hand, station_id } = glove;
  return (
    <li className="flex flex-col gap-3 rounded-2xl border-2 border-line bg-surface p-5 has-[a:hover]:border-accent">
      <h2 className="flex flex-wrap items-baseline justify-between gap-x-4">
        <Link href={`/glove?glove=${name}`} className="min-h-12 content-center text-xl font-bold underline">
          {name}
        </Link>
        {hand !== null && <span className="text-ink-soft">{t(`glove.hand.${hand}`)}</span>}
      </h2>
      <ConditionMark glove={glove} />
      <GloveFacts glove={glove} />
      {station_id !== null && (
        <Link href={`/glove?station=${station_id}`} className={`${buttonLook('plain')} mt-auto`}>
          {t('glove.seat')}
        </Link>
      )}
    </li>
  );
}
