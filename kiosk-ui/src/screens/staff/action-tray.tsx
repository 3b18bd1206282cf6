import {
  Check,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  RotateCcw,
  TriangleAlert,
  Undo2,
  X,
} from 'lucide-react';
import { useNow } from '../../appliance-client/use-now.ts';
import { Button } from '../../components/button.tsx';
import { failureText } from '../../components/failure.tsx';
import { isMessageId, type Text, useText } from '../../i18n/use-text.ts';
import { inTray, type LedgerEntry, type Subject, undoForMs } from './action-ledger.ts';
import { useCommands, useLedger } from './use-actions.tsx';

/** What staff have just done: under way, done and undoable, or failed and not forgotten. */
export function ActionTray() {
  const t = useText();
  const now = useNow();
  const ledger = inTray(useLedger(), now);
  return (
    <section
      aria-label={t('tray.label')}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-30 flex flex-col items-center gap-2 p-4"
    >
      {ledger.slice(-5).map((entry) => (
        <TrayEntry key={entry.id} entry={entry} />
      ))}
    </section>
  );
}

const icons: Record<LedgerEntry['state'], LucideIcon> = {
  pending: LoaderCircle,
  waiting: Hourglass,
  done: Check,
  failed: TriangleAlert,
};

function TrayEntry({ entry }: { entry: LedgerEntry }) {
  const t = useText();
  const { undo, retry, dismiss } = useCommands();
  const now = useNow();
  const leftMs = entry.state === 'done' ? Math.min(undoForMs, Math.max(0, entry.at + undoForMs - now)) : 0;
  const failed = entry.state === 'failed';
  const Icon = icons[entry.state];
  return (
    <div
      data-action={entry.state}
      className={`pointer-events-auto flex w-full max-w-2xl animate-appear flex-wrap items-center gap-x-3 gap-y-1 rounded-2xl border-2 py-2 ps-4 pe-2 shadow-2xl ${
        failed ? 'border-bad bg-bad-soft text-bad' : 'border-slate-edge bg-slate text-slate-ink'
      }`}
    >
      <Icon aria-hidden className={`size-5 shrink-0 ${entry.state === 'pending' ? 'animate-spin' : ''}`} />
      <p className="min-w-48 grow basis-48 font-semibold">
        {entryText(t, entry)}
        {entry.state === 'done' &&
          entry.warnings.map((code) => (
            <span key={code} className="block font-normal">
              {warningText(t, code)}
            </span>
          ))}
      </p>
      {entry.state === 'done' && entry.undoable && (
        <Button icon={Undo2} onClick={() => undo(entry.id)}>
          {t('tray.undo')}
          <span className="sr-only">{nameOf(entry.subject).subject}</span>
          <span aria-hidden className="figures font-normal">
            {Math.ceil(leftMs / 1000)}
          </span>
        </Button>
      )}
      {failed && (
        <Button icon={RotateCcw} onClick={() => retry(entry.id)}>
          {t('tray.retry')}
        </Button>
      )}
      {entry.state !== 'pending' && (
        <Button
          tone="quiet"
          icon={X}
          aria-label={t('tray.dismiss')}
          onClick={() => dismiss(entry.id)}
          className="px-0! text-current! hover:bg-transparent hover:brightness-125"
        />
      )}
    </div>
  );
}

const nameOf = ({ ticket, name }: Subject) => ({
  subject: ticket === undefined ? name : `${ticket} ${name}`,
});

function entryText(t: Text, entry: LedgerEntry): string {
  const subject = nameOf(entry.subject);
  if (entry.state === 'pending') return t('tray.pending', { verb: t(`verb.${entry.verb}`), ...subject });
  if (entry.state === 'waiting') return t('tray.waiting', { verb: t(`verb.${entry.verb}`), ...subject });
  if (entry.state === 'done') return t(`done.${entry.verb}`, subject);
  return t('tray.failed', { verb: t(`verb.${entry.verb}`), ...subject, reason: failureText(t, entry.code) });
}

function warningText(t: Text, code: string): string {
  const id = `warning.${code}`;
  return isMessageId(id) ? t(id) : t('warning.other', { code });
}
