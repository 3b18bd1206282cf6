import { useQuery } from '@tanstack/react-query';
import { messagesQuery } from '../../appliance-client/queries.ts';
import { usePlace } from '../../appliance-client/use-place.ts';
import { Failure } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { Slate } from '../../components/slate.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { CarriersList } from './carriers-list.tsx';
import { TextState } from './text-state.tsx';

/** The outbox: by which ways texts leave, what was said to whom, and whether it arrived. */
export function TextsPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const { time } = useFormats();
  const { atVenue } = usePlace();
  const messages = useQuery(messagesQuery);
  return (
    <Modal place="side" title={t('texts.title')} onClose={onClose}>
      {atVenue && <CarriersList />}
      {messages.isError && <Failure error={messages.error} />}
      {messages.data?.items.length === 0 && <p className="text-ink-soft">{t('texts.none')}</p>}
      <ul className="flex flex-col gap-3">
        {messages.data?.items.map(
          ({ id, ticket, to, text, state, reason, created_at, carrier, attempts }) => (
            <li key={id} className="rounded-2xl border-2 border-line bg-surface p-4">
              <p className="figures flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-soft">
                {ticket !== null && <Slate ticket={ticket} className="text-base" />}
                <bdi>{to}</bdi>
                <time dateTime={created_at} className="ms-auto">
                  {time(created_at)}
                </time>
              </p>
              <p className="my-2 text-lg" dir="auto">
                {text}
              </p>
              <p className="figures flex flex-wrap items-center justify-between gap-x-4">
                <TextState state={state} reason={reason} />
                {carrier !== null && (
                  <span className="text-sm text-ink-soft">{t('texts.by', { carrier, attempts })}</span>
                )}
              </p>
            </li>
          ),
        )}
      </ul>
    </Modal>
  );
}
