import type { MessageCarrier } from '@dugout/appliance/contract/messaging.ts';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Unplug } from 'lucide-react';
import { carriersQuery } from '../../appliance-client/queries.ts';
import { Failure } from '../../components/failure.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { isMessageId, useText } from '../../i18n/use-text.ts';

/** By which ways texts leave the venue, in order of preference; which of them work; and what waits. */
export function CarriersList() {
  const t = useText();
  const carriers = useQuery(carriersQuery);
  return (
    <section aria-label={t('carriers.title')} className="mb-5">
      {carriers.isError && <Failure error={carriers.error} />}
      <ol className="flex flex-col gap-2">
        {carriers.data?.items.map((carrier) => (
          <CarrierLine key={carrier.name} carrier={carrier} />
        ))}
      </ol>
    </section>
  );
}

function CarrierLine({
  carrier: { name, available, reason, since, waiting, sent_today },
}: {
  carrier: MessageCarrier;
}) {
  const t = useText();
  const { time } = useFormats();
  const [nameId, reasonId] = [`carrier.${name}`, `text.reason.${reason}`];
  const Icon = available ? CircleCheck : Unplug;
  return (
    <li className={`figures rounded-2xl p-4 ${available ? 'bg-sunken' : 'bg-bad-soft'}`}>
      <p className="flex flex-wrap items-center gap-x-3">
        <Icon aria-hidden className={`size-5 shrink-0 ${available ? 'text-good' : 'text-bad'}`} />
        <span className="grow font-semibold">{isMessageId(nameId) ? t(nameId) : name}</span>
        <span className={available ? 'text-good' : 'font-semibold text-bad'}>
          {available
            ? t('carriers.works')
            : t('carriers.down', {
                reason: isMessageId(reasonId) ? t(reasonId) : (reason ?? ''),
                since: time(since),
              })}
        </span>
      </p>
      <p className="mt-1 text-ink-soft">
        {t('carriers.waiting', { waiting })} · {t('carriers.sent_today', { sent: sent_today })}
      </p>
    </li>
  );
}
