import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Button } from './button.tsx';

export type ModalProps = {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** `side` is a panel beside the page, for lists; `centre` is a question. */
  place?: 'centre' | 'side';
};

const places: Record<NonNullable<ModalProps['place']>, string> = {
  centre: 'max-w-2xl w-[calc(100%-2rem)] rounded-3xl p-6 sm:p-8',
  side: 'ms-auto me-0 my-0 h-dvh max-h-dvh w-full max-w-2xl rounded-s-3xl p-6',
};

/** The browser's own modal dialog: it traps the focus, hears Escape and makes the page behind it inert. */
export function Modal({ title, onClose, children, place = 'centre' }: ModalProps) {
  const t = useText();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={`animate-appear border-2 border-line bg-paper text-ink shadow-2xl ${places[place]}`}
    >
      <div className="mb-5 flex items-start justify-between gap-4">
        <h2 id={id} className="text-2xl font-bold">
          {title}
        </h2>
        <Button
          tone="quiet"
          icon={X}
          aria-label={t('close')}
          onClick={onClose}
          className="-me-3 -mt-3 size-16 px-0!"
        />
      </div>
      {children}
    </dialog>
  );
}
