/**
 * Devices: what stands at the venue, whether it is there, and that it may sign in.
 *
 * Owns `devices`, `device_presence`. Calls auth (a device is a user). Publishes `device.presence-changed`,
 * `device.revoked`.
 */
import type { Ids } from '../../platform/ids.ts';
import type { MessageBus } from '../../platform/mqtt/message-bus.ts';
import type { AuthModule } from '../auth/index.ts';
import { deviceRevoked } from './devices-events.ts';
import { devicesRoutes } from './devices-routes.ts';
import { createDevicesService, type DevicesServiceDeps } from './devices-service.ts';
import { devicesStore } from './devices-store.ts';
import { devicePresence, devices } from './devices-tables.ts';
import { devicesTopics } from './devices-topics.ts';

export { deviceRevoked, presenceChanged } from './devices-events.ts';
export { allPresence } from './devices-store.ts';

export const deviceTables = [devices, devicePresence];

export interface DevicesModuleDeps extends DevicesServiceDeps {
  ids: Ids;
  auth: Pick<AuthModule, 'addUser' | 'disableUser' | 'hashPassword' | 'userByName'>;
}

/** The devices of the game that came first; their users are made by auth. */
const automaticDevices = [
  { name: 'mlbtablet', kind: 'tablet' },
  { name: 'mlbvrgame', kind: 'rig' },
] as const;

export function createDevicesModule(deps: DevicesModuleDeps) {
  const { auth, database, ids } = deps;
  const service = createDevicesService(deps);
  return {
    routes: devicesRoutes({ devices: service, auth, ids }),
    topics: devicesTopics(service),
    /** A revoked device loses what it has open. */
    connect(bus: Pick<MessageBus, 'disconnect'>): void {
      deps.events.listen(deviceRevoked, ({ device }) => bus.disconnect(device));
    },
    async start(): Promise<void> {
      await database.write((tx) => {
        for (const { name, kind } of automaticDevices) {
          const user = auth.userByName(tx, name);
          if (user === undefined || devicesStore.deviceByName(tx, name) !== undefined) continue;
          service.addDevice(tx, name, kind, user.id);
        }
      });
      await service.forgetConnections();
    },
  };
}
export type DevicesModule = ReturnType<typeof createDevicesModule>;
