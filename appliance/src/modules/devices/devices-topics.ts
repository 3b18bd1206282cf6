import type { DeviceKind } from '../../../contract/devices.ts';
import {
  DeviceCommandPayload,
  DeviceKind as DeviceKinds,
  DeviceMetaPayload,
  DeviceReplyPayload,
  DeviceStatePayload,
} from '../../../contract/devices.ts';
import { defineTopic, nobody, type Topic } from '../../platform/mqtt/topic.ts';
import type { DevicesService } from './devices-service.ts';

const kinds: readonly DeviceKind[] = DeviceKinds.options;
const itself = [{ roles: kinds, own: true }] as const;
const staff = [{ roles: ['admin', 'staff'] }] as const;

/** What the appliance asks of a device. */
export const deviceCommandTopic = defineTopic({
  name: 'device_command',
  path: '{kind}/{id}/command',
  values: { kind: kinds },
  direction: 'send',
  qos: 1,
  retained: false,
  payload: DeviceCommandPayload,
  publish: nobody,
  subscribe: itself,
  summary:
    'What the appliance asks of the device; sent again until answered; late ones are refused by the device',
});

/** What every device says of itself, and what the appliance asks of it. */
export const devicesTopics = (devices: Pick<DevicesService, 'heard' | 'describe' | 'replied'>): Topic[] => [
  defineTopic({
    name: 'device_state',
    path: '{kind}/{id}/state',
    values: { kind: kinds },
    direction: 'receive',
    qos: 1,
    retained: true,
    payload: DeviceStatePayload,
    publish: itself,
    subscribe: [...itself, ...staff],
    summary: 'Birth, presence and last will: is the device there, and is it busy?',
    handle: ({ identity, payload, receivedAt }) => devices.heard(identity.name, payload, receivedAt),
  }),
  defineTopic({
    name: 'device_meta',
    path: '{kind}/{id}/meta',
    values: { kind: kinds },
    direction: 'receive',
    qos: 1,
    retained: true,
    will: false,
    payload: DeviceMetaPayload,
    publish: itself,
    subscribe: [...itself, ...staff],
    summary: 'What the device is: firmware, channels, units, capabilities',
    handle: ({ identity, params, payload }) => devices.describe(identity.name, params.kind, payload),
  }),
  deviceCommandTopic,
  defineTopic({
    name: 'device_reply',
    path: '{kind}/{id}/reply',
    values: { kind: kinds },
    direction: 'receive',
    qos: 1,
    retained: false,
    payload: DeviceReplyPayload,
    publish: itself,
    subscribe: staff,
    summary: 'The answer to a command, with the command’s id',
    handle: ({ identity, payload }) => devices.replied(identity.name, payload),
  }),
];
