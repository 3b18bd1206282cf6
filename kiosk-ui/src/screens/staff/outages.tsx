import type { Outage } from '@dugout/appliance/contract/replication.ts';
import { useQuery } from '@tanstack/react-query';
import { outagesQuery } from '../../appliance-client/queries.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { venueNow } from '../../appliance-client/venue-clock.ts';
import { Facts } from '../../components/facts.tsx';
import { Failure } from '../../components/failure.tsx';
import { useAgeText, useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

/** What happened each time the venue was alone, the last time first: counts, the zeros too. */
export function Outages() {
  const t = useText();
  const outages = useQuery(outagesQuery);
  return (
    <section aria-labelledby="outages">
      <h3 id="outages" className="mb-2 text-xl font-bold">
        {t('outages.title')}
      </h3>
      {outages.isError && <Failure error={outages.error} />}
      {outages.data?.items.length === 0 && <p className="text-ink-soft">{t('outages.none')}</p>}
      <ul className="flex flex-col gap-3">
        {outages.data?.items.map((outage) => (
          <OutageCard key={outage.id} outage={outage} />
        ))}
      </ul>
    </section>
  );
}

const counts = [
  'guests_signed_up',
  'guests_served',
  'texts_sent',
  'texts_held',
  'texts_dropped',
  'changes_shipped',
  'commands_applied',
  'conflicts',
] as const;

function OutageCard({ outage }: { outage: Outage }) {
  const t = useText();
  const { number, timeSince } = useFormats();
  const ageText = useAgeText();
  const now = venueNow(useNow(60_000));
  const { began_at, ended_at, catch_up_ms } = outage;
  return (
    <li className="rounded-2xl border-2 border-line bg-surface p-4">
      <h4 className="figures font-semibold">
        {t('outages.span', { from: timeSince(began_at, now), to: timeSince(ended_at, now) })}
      </h4>
      <p className="figures mb-2 text-ink-soft">
        {t('outages.alone', { time: ageText(Date.parse(ended_at) - Date.parse(began_at)) })}
        <span aria-hidden> · </span>
        {t('outages.caught_up', { time: ageText(catch_up_ms) })}
      </p>
      <Facts of={counts.map((count) => [t(`outages.${count}`), number(outage[count])])} />
    </li>
  );
}
