import type { Glove } from '@dugout/appliance/contract/gloves.ts';
import { Facts } from '../../components/facts.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

/** What staff ask of a glove that does not do what it should. */
export function GloveFacts({ glove }: { glove: Glove }) {
  const t = useText();
  const { share } = useFormats();
  const { battery, health, way, wire, device_auto, firmware } = glove;
  const connection = [way, wire].flatMap((one) => (one === null ? [] : [t(`glove.word.${one}`)])).join(', ');
  return (
    <Facts
      of={[
        [
          t('glove.rate'),
          health ? t('glove.rate.value', { rate: Math.round(health.samples_per_second) }) : undefined,
        ],
        [
          t('glove.loss'),
          health ? t('glove.loss.value', { share: share(health.loss), lost: health.lost }) : undefined,
        ],
        [t('glove.rejected'), health && health.rejected > 0 ? String(health.rejected) : undefined],
        [t('glove.battery'), battery === null ? undefined : share(battery)],
        [t('glove.connection'), connection === '' ? undefined : connection],
        [t('glove.firmware'), firmware ?? undefined],
        [t('glove.range'), device_auto ? t('glove.range.auto') : undefined],
      ]}
    />
  );
}
