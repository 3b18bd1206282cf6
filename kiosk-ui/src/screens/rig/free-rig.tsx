import type { Attraction } from '@dugout/appliance/contract/attractions.ts';
import { useText } from '../../i18n/use-text.ts';

export function FreeRig({ attraction }: { attraction: Attraction }) {
  const t = useText();
  return (
    <div className="flex flex-col items-center gap-4 py-16 text-center">
      <p className="text-4xl font-bold">{t('rig.free')}</p>
      <p className="text-2xl text-ink-soft">{t('rig.free_text', { waiting: attraction.waiting })}</p>
    </div>
  );
}
