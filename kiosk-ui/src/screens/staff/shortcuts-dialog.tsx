import { Modal } from '../../components/modal.tsx';
import { TickBox } from '../../components/tick-box.tsx';
import { useText } from '../../i18n/use-text.ts';
import { shortcuts } from './shortcuts.ts';

export type ShortcutsDialogProps = { on: boolean; onSwitch: (on: boolean) => void; onClose: () => void };

export function ShortcutsDialog({ on, onSwitch, onClose }: ShortcutsDialogProps) {
  const t = useText();
  return (
    <Modal title={t('shortcuts.title')} onClose={onClose}>
      <dl className="mb-5 grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-3 text-lg">
        {shortcuts.map(({ key, does }) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="inline-grid min-h-10 min-w-10 place-items-center rounded-lg border-2 border-edge bg-surface px-2 font-sans font-semibold">
                {key}
              </kbd>
            </dt>
            <dd>{t(`shortcuts.${does}`)}</dd>
          </div>
        ))}
      </dl>
      <TickBox checked={on} onChange={onSwitch}>
        {t('shortcuts.on')}
      </TickBox>
    </Modal>
  );
}
