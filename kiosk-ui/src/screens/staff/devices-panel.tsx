import { useQuery } from '@tanstack/react-query';
import { devicesQuery } from '../../appliance-client/queries.ts';
import { Failure } from '../../components/failure.tsx';
import { Modal } from '../../components/modal.tsx';
import { useText } from '../../i18n/use-text.ts';
import { DeviceLine } from './device-line.tsx';
import { devicesWorstFirst } from './devices-worst-first.ts';
import { RigConflicts } from './rig-conflicts.tsx';

/** Every device of the venue, those in trouble first, and what rigs said that cannot be right. */
export function DevicesPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const devices = useQuery(devicesQuery);
  return (
    <Modal place="side" title={t('devices.title')} onClose={onClose}>
      {devices.isError && <Failure error={devices.error} />}
      <ul className="flex flex-col">
        {devicesWorstFirst(devices.data?.items ?? []).map((device) => (
          <DeviceLine key={device.id} device={device} />
        ))}
      </ul>
      <RigConflicts />
    </Modal>
  );
}
