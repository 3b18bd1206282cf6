import { useQuery } from '@tanstack/react-query';
import { messagesQuery } from '../../appliance-client/queries.ts';
import { Failure } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { Slate } from '../../components/slate.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { TextState } from './text-state.tsx';

/** The SMS outbox: what was said to whom, and whether it arrived. */
export function TextsPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const { time } = useFormats();
  const messages = useQuery(messagesQuery);
  return (
    <Modal place="side" title={t('texts.title')} onClose={onClose}>
      {messages.isError && <Failure error={messages.error} />}
      {messages.data?.items.length === 0 && <p className="text-ink-soft">{t('texts.none')}</p>}
      <ul className="flex flex-col gap-3">
        {messages.data?.items.map(({ id, ticket, to, text, state, reason, created_at }) => (
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
            <TextState state={state} reason={reason} />
          </li>
        ))}
      </ul>
    </Modal>
  );
}
