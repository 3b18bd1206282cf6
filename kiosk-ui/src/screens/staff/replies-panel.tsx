import type { Reply } from '@dugout/appliance/contract/replies.ts';
import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { appliance } from '../../appliance-client/appliance.ts';
import { repliesQuery } from '../../appliance-client/queries.ts';
import { Button } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { Slate } from '../../components/slate.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { isMessageId, useText } from '../../i18n/use-text.ts';
import { useCommands, useLedger } from './use-actions.tsx';

const isOpen = ({ outcome, handled_at }: Reply): boolean => outcome === 'to_staff' && handled_at === null;

/** What guests texted: what the appliance made of it, and what waits for somebody to read it, first. */
export function RepliesPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const replies = useQuery(repliesQuery);
  const items = replies.data?.items.toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
  return (
    <Modal place="side" title={t('replies.title')} onClose={onClose}>
      {replies.isError && <Failure error={replies.error} />}
      {items?.length === 0 && <p className="text-ink-soft">{t('replies.none')}</p>}
      <ul className="flex flex-col gap-3">
        {items?.map((reply) => (
          <ReplyCard key={reply.id} reply={reply} />
        ))}
      </ul>
    </Modal>
  );
}

function ReplyCard({ reply }: { reply: Reply }) {
  const t = useText();
  const { time } = useFormats();
  const { id, ticket, from, at, text, outcome, reason, handled_by } = reply;
  const reasonId = `reply.reason.${reason}`;
  return (
    <li className={`rounded-2xl border-2 bg-surface p-4 ${isOpen(reply) ? 'border-accent' : 'border-line'}`}>
      <p className="figures flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-soft">
        {ticket !== null && <Slate ticket={ticket} className="text-base" />}
        <bdi>{from}</bdi>
        <time dateTime={at} className="ms-auto">
          {time(at)}
        </time>
      </p>
      <p className="my-2 text-lg break-words" dir="auto">
        {text}
      </p>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className={isOpen(reply) ? 'font-semibold text-accent' : 'text-ink-soft'}>
          {t(`reply.outcome.${outcome}`)}
          {isMessageId(reasonId) && ` · ${t(reasonId)}`}
          {handled_by !== null && ` · ${t('replies.handled_by', { username: handled_by })}`}
        </p>
        {isOpen(reply) && <HandledButton id={id} from={ticket ?? from} />}
      </div>
    </li>
  );
}

function HandledButton({ id, from }: { id: string; from: string }) {
  const t = useText();
  const { run } = useCommands();
  const ledger = useLedger();
  return (
    <Button
      icon={Check}
      busy={ledger.some((entry) => entry.state === 'pending' && entry.subject.gameId === id)}
      aria-label={t('replies.handled_of', { from })}
      onClick={() =>
        run({
          verb: 'reply-handled',
          subject: { name: from, gameId: id },
          ask: (key) => appliance.replyHandled(id, key),
          shownBy: repliesQuery.queryKey,
        })
      }
    >
      {t('replies.handled')}
    </Button>
  );
}
