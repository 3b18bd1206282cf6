import { Check } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { CountdownRing } from './countdown-ring.tsx';
import { useIdle } from './use-idle.ts';

const limits = { quietMs: 0, warningMs: 40_000 };

/** Makes room for the next guest after a while that can be seen; any touch begins it again. */
export function AutoReturn({ onDone }: { onDone: () => void }) {
  const t = useText();
  const idle = useIdle(limits, onDone);
  const leftMs = idle.state === 'warning' ? idle.leftMs : 0;
  return (
    <div className="flex items-center gap-5">
      <Button tone="primary" size="kiosk" icon={Check} onClick={onDone} className="grow">
        {t('ticket.done')}
      </Button>
      <CountdownRing leftMs={leftMs} ofMs={limits.warningMs} />
    </div>
  );
}
