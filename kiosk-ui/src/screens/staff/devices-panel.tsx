import { useQuery } from '@tanstack/react-query';
import { devicesQuery } from '../../appliance-client/queries.ts';
import { Failure } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { PresenceMark } from '../../components/presence-mark.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { useText } from '../../i18n/use-text.ts';

/** One line per device: is it there, since when, and how full is it. */
export function DevicesPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const { time } = useFormats();
  const devices = useQuery(devicesQuery);
  const worst = devices.data?.items.toSorted(
    (a, b) =>
      Number(b.presence === 'offline') - Number(a.presence === 'offline') || a.name.localeCompare(b.name),
  );
  return (
    <Modal place="side" title={t('devices.title')} onClose={onClose}>
      {devices.isError && <Failure error={devices.error} />}
      <ul className="flex flex-col">
        {worst?.map(({ id, name, kind, presence, presence_at, battery, revoked }) => (
          <li
            key={id}
            className="figures flex flex-wrap items-center gap-x-4 gap-y-1 border-t-2 border-line py-3 first:border-none"
          >
            <span className="grow text-lg font-semibold">{name}</span>
            <span className="text-ink-soft">{t(`device.${kind}`)}</span>
            {battery !== null && <span className="text-ink-soft">{t('devices.battery', { battery })}</span>}
            {revoked ? (
              <span className="text-bad">{t('devices.revoked')}</span>
            ) : (
              <PresenceMark presence={presence} />
            )}
            {presence_at !== null && <time dateTime={presence_at}>{time(presence_at)}</time>}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
