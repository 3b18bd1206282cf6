import { Button } from '../../components/button.tsx';
import { Modal } from '../../components/modal.tsx';
import { useText } from '../../i18n/use-text.ts';
import { CountdownRing } from './countdown-ring.tsx';
import { useIdle } from './use-idle.ts';

const limits = { quietMs: 45_000, warningMs: 20_000 };

/** Asks whether somebody is still there before a half-typed form is wiped. Any touch keeps it. */
export function IdleWarning({ onGone }: { onGone: () => void }) {
  const t = useText();
  const idle = useIdle(limits, onGone);
  if (idle.state !== 'warning') return null;
  // A touch anywhere extends and so closes this; the button is for those who want to be sure.
  const extend = () => undefined;
  return (
    <Modal title={t('idle.title')} onClose={extend}>
      <div className="flex flex-col gap-6 text-xl">
        <div className="flex items-center gap-5">
          <CountdownRing leftMs={idle.leftMs} ofMs={limits.warningMs} />
          <p>{t('idle.text')}</p>
        </div>
        <Button tone="primary" size="kiosk" onClick={extend} autoFocus>
          {t('idle.keep')}
        </Button>
      </div>
    </Modal>
  );
}
