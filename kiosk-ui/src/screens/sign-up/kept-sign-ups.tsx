import { CloudUpload } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { failureText } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';
import { signUps, useKeptSignUps } from './sign-ups.ts';

/** How many guests' sign-ups this tablet still holds; nothing at all when none, which is nearly always. */
export function KeptSignUps() {
  const t = useText();
  const { time } = useFormats();
  const kept = useKeptSignUps();
  const [open, setOpen] = useState(false);
  if (kept.length === 0) return null;
  return (
    <>
      <Button
        size="staff"
        icon={CloudUpload}
        onClick={() => setOpen(true)}
        className="min-h-16 self-start text-lg"
      >
        {t('kept.count', { count: kept.length })}
      </Button>
      {open && (
        <Modal title={t('kept.title')} onClose={() => setOpen(false)}>
          <p className="mb-4 text-lg">{t('kept.text')}</p>
          <ul className="flex flex-col gap-3">
            {kept.map(({ id, input, createdAt }) => {
              const state = signUps.stateOf(id);
              return (
                <li
                  key={id}
                  className="flex flex-wrap items-center gap-3 rounded-xl border-2 border-line p-3 text-lg"
                >
                  <span className="grow font-semibold">
                    <bdi>{initialOf(input.player?.name)}</bdi> · {time(createdAt)}
                  </span>
                  {state.state === 'refused' ? (
                    <>
                      <span className="text-bad">{failureText(t, state.refusal.code)}</span>
                      <Button tone="danger" className="min-h-16" onClick={() => void signUps.withdraw(id)}>
                        {t('kept.give_up')}
                      </Button>
                    </>
                  ) : (
                    <span className="text-ink-soft">{t('kept.waiting')}</span>
                  )}
                </li>
              );
            })}
          </ul>
        </Modal>
      )}
    </>
  );
}

/** Other guests may look at this list: an initial and the time tell staff enough. */
const initialOf = (name = '') => `${Array.from(name)[0] ?? ''}.`;
