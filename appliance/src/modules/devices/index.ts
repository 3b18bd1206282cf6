/**
 * Devices: what stands at the venue, whether it is there, what is asked of it, and that it may sign in.
 *
 * Owns `devices`, `device_presence`, `device_commands`. Calls auth (a device is a user). Publishes
 * `device.presence-changed`, `device.heard`, `device.described`, `device.revoked`, `device.command-changed`.
 */
import { DeviceKind } from '../../../contract/devices.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Ids } from '../../platform/ids.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import type { MessageBus } from '../../platform/mqtt/message-bus.ts';
import type { Identity } from '../../platform/mqtt/topic.ts';
import type { AuthModule } from '../auth/index.ts';
import { createCommandsService } from './commands-service.ts';
import { createDeviceClocks } from './device-clocks.ts';
import { createDeviceMarks } from './device-marks.ts';
import { commandChanged, deviceRevoked, presenceChanged } from './devices-events.ts';
import { commandExpiry, commandOverJob } from './devices-jobs.ts';
import { devicesRoutes } from './devices-routes.ts';
import { forgetEndedCommands } from './devices-schedules.ts';
import { createDevicesService, type DevicesServiceDeps } from './devices-service.ts';
import { devicesStore } from './devices-store.ts';
import { deviceCommands, devicePresence, devices } from './devices-tables.ts';
import { deviceCommandTopic, devicesTopics } from './devices-topics.ts';

export {
  commandChanged,
  type DeviceHeard,
  deviceDescribed,
  deviceHeard,
  deviceRevoked,
  presenceChanged,
} from './devices-events.ts';
export { allDevices, allPresence } from './devices-store.ts';

export const deviceTables = [devices, devicePresence, deviceCommands];

export interface DevicesModuleDeps extends Omit<DevicesServiceDeps, 'clocks' | 'commands'> {
  ids: Ids;
  auth: Pick<AuthModule, 'addUser' | 'disableUser' | 'hashSecret' | 'userByName'>;
  jobs: Jobs;
  live: Pick<LiveFeed, 'changed'>;
}

/** The devices of the game that came first; their users are made by auth. */
const automaticDevices = [
  { name: 'mlbtablet', kind: 'tablet' },
  { name: 'mlbvrgame', kind: 'rig' },
] as const;

const isDevice = ({ role }: Pick<Identity, 'role'>): boolean => DeviceKind.safeParse(role).success;

export function createDevicesModule(deps: DevicesModuleDeps) {
  const { auth, clock, database, events, ids, jobs, live } = deps;
  let bus: Pick<MessageBus, 'publish' | 'disconnect'> | undefined;
  const commands = createCommandsService({
    ...deps,
    ...commandExpiry(jobs),
    send: ({ kind, name }, command) => bus?.publish(deviceCommandTopic, { kind, id: name }, command),
  });
  const service = createDevicesService({ ...deps, clocks: createDeviceClocks(clock), commands });
  const devicesChanged = () => live.changed('devices');
  const marks = createDeviceMarks(clock, async (taken) => {
    await database.write((tx) => {
      for (const [name, { count, at, reason }] of taken) devicesStore.mark(tx, name, { count, at, reason });
    });
    devicesChanged();
  });
  jobs.register(commandOverJob(commands));
  events.listen(commandChanged, devicesChanged);
  events.listen(presenceChanged, devicesChanged);
  events.listen(deviceRevoked, devicesChanged);

  return {
    routes: devicesRoutes({ devices: service, commands, clock, auth, ids }),
    topics: devicesTopics(service),
    schedules: [forgetEndedCommands(database, clock)],
    /** The rig of this name, when there is one that may sign in. */
    rig(tx: Transaction, name: string) {
      const row = devicesStore.deviceByName(tx, name);
      return row?.kind === 'rig' && row.revoked_at === null ? row : undefined;
    },
    presenceOf: (tx: Transaction, name: string) => devicesStore.presenceOf(tx, name)?.presence ?? 'unknown',
    deviceByName: devicesStore.deviceByName,
    /**
     * A device that is known by where it is plugged in or where it calls from: nobody can sign in as it. Throws
     * `device_exists`.
     */
    enrolWithoutSecret: (tx: Transaction, name: string, kind: DeviceKind) =>
      service.enrol(tx, name, kind, auth.hashSecret(ids.code(26))),
    /** For a device that says so in another way than by its topics. */
    heard: service.heard,
    ask: commands.ask,
    closeCommand: commands.close,
    isCommandOpen: commands.isOpen,
    venueTime: service.venueTime,
    /** The broker refused something of somebody: a device is marked. */
    refused({ reason, identity }: { reason: string; identity: Identity }): void {
      if (isDevice(identity)) marks.note(identity.name, reason);
    },
    /** The last connection of somebody ended. */
    async disconnected(identity: Identity): Promise<void> {
      if (isDevice(identity)) await service.disconnected(identity.name);
    },
    /** Commands reach their devices from now on, and a revoked device loses what it has open. */
    connect(to: Pick<MessageBus, 'publish' | 'disconnect'>): void {
      bus = to;
      events.listen(deviceRevoked, ({ device }) => to.disconnect(device));
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
    /** What was counted is stored. */
    stop: marks.flush,
  };
}
export type DevicesModule = ReturnType<typeof createDevicesModule>;
