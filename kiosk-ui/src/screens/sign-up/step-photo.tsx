import { Camera, Trash2 } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Button, buttonLook } from '../../components/button.tsx';
import { TickBox } from '../../components/tick-box.tsx';
import { useText } from '../../i18n/use-text.ts';
import { measuresHands } from './draft.ts';
import { Guardian } from './guardian.tsx';
import type { StepProps } from './step.ts';

/** What is kept of the guest: a picture for the souvenir, and what a glove measures, each only if they want it. The tablet's own camera app takes it: no secure context needed. */
export function StepPhoto(step: StepProps) {
  const t = useText();
  const { attraction, draft, change } = step;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const preview = usePreview(draft.photo);
  return (
    <>
      <p className="text-2xl text-ink-soft">{t('sign_up.photo_text')}</p>
      <TickBox
        checked={draft.photoAgreed}
        onChange={(photoAgreed) => change(photoAgreed ? { photoAgreed } : { photoAgreed, photo: null })}
      >
        {t('sign_up.photo_agree')}
      </TickBox>
      {draft.photoAgreed && (
        <div className="flex animate-appear flex-wrap items-center gap-5">
          {preview && (
            <img
              src={preview}
              alt={t('sign_up.photo_preview')}
              className="h-48 w-64 rounded-2xl border-2 border-line object-cover"
            />
          )}
          <input
            ref={input}
            id={id}
            type="file"
            accept="image/jpeg,image/png,image/webp"
            capture="user"
            className="peer sr-only"
            onChange={(event) => change({ photo: event.target.files?.[0] ?? draft.photo })}
          />
          <label
            htmlFor={id}
            className={`${buttonLook('plain', 'kiosk')} peer-focus-visible:outline-3 peer-focus-visible:outline-offset-3`}
          >
            <Camera aria-hidden className="size-8" />
            {t(draft.photo ? 'sign_up.photo_again' : 'sign_up.photo_take')}
          </label>
          {draft.photo && (
            <Button
              tone="quiet"
              size="kiosk"
              icon={Trash2}
              onClick={() => {
                if (input.current) input.current.value = '';
                change({ photo: null });
              }}
            >
              {t('sign_up.photo_remove')}
            </Button>
          )}
        </div>
      )}
      {measuresHands(attraction) && (
        <>
          <h2 className="pt-4 text-3xl font-extrabold tracking-tight">{t('sign_up.sensor_title')}</h2>
          <p className="text-2xl text-ink-soft">{t('sign_up.sensor_text')}</p>
          <TickBox checked={draft.sensorAgreed} onChange={(sensorAgreed) => change({ sensorAgreed })}>
            {t('sign_up.sensor_agree')}
          </TickBox>
        </>
      )}
      {(draft.photoAgreed || draft.sensorAgreed) && <Guardian {...step} />}
    </>
  );
}

function usePreview(photo: Blob | null): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!photo) return setUrl(undefined);
    const made = URL.createObjectURL(photo);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [photo]);
  return url;
}
