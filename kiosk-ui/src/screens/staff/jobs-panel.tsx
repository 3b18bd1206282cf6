import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { appliance } from '../../appliance-client/appliance.ts';
import { failedJobsQuery } from '../../appliance-client/queries.ts';
import { Button } from '../../components/button.tsx';
import { Failure } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { useCommands, useLedger } from './use-actions.tsx';

/** Work the appliance gave up on, for staff to look at and start again. */
export function JobsPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const { time } = useFormats();
  const { run } = useCommands();
  const ledger = useLedger();
  const jobs = useQuery(failedJobsQuery);
  return (
    <Modal place="side" title={t('jobs.title')} onClose={onClose}>
      {jobs.isError && <Failure error={jobs.error} />}
      {jobs.data?.items.length === 0 && <p className="text-ink-soft">{t('jobs.none')}</p>}
      <ul className="flex flex-col gap-3">
        {jobs.data?.items.map(({ id, kind, attempts, last_error, created_at }) => {
          const subject = { name: kind, gameId: id };
          return (
            <li key={id} className="flex flex-col gap-2 rounded-2xl border-2 border-line bg-surface p-4">
              <p className="figures flex flex-wrap items-center gap-x-3">
                <span className="text-lg font-semibold">{kind}</span>
                <span className="text-ink-soft">
                  {t('jobs.attempts', { attempts, time: time(created_at) })}
                </span>
              </p>
              {last_error !== null && <p className="font-mono text-sm break-words text-bad">{last_error}</p>}
              <Button
                icon={RotateCcw}
                className="self-start"
                busy={ledger.some((entry) => entry.state === 'pending' && entry.subject.gameId === id)}
                aria-label={t('jobs.retry_kind', { kind })}
                onClick={() =>
                  run({
                    verb: 'retry-job',
                    subject,
                    ask: (key) => appliance.retryJob(id, key),
                    shownBy: failedJobsQuery.queryKey,
                  })
                }
              >
                {t('jobs.retry')}
              </Button>
            </li>
          );
        })}
      </ul>
    </Modal>
  );
}
