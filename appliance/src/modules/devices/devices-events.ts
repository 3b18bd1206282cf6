import type { DeviceKind, DeviceMetaPayload, Presence } from '../../../contract/devices.ts';
import { defineEvent } from '../../platform/events/events.ts';
import type { DeviceCommandRow } from './devices-tables.ts';

export const presenceChanged = defineEvent<{ device: string; presence: Presence }>(
  'device.presence-changed',
  'A device came, went, or became busy or idle.',
);

export interface DeviceHeard {
  device: string;
  presence: Presence;
  before: Presence;
  /** The game it plays, null for none; undefined when it says nothing of it. */
  gameId: string | null | undefined;
  /**
   * `said`: by itself, or by its last will. `gone`: its connection ended without a word. `restart`: the appliance has
   * just started and knows of no connection.
   */
  cause: 'said' | 'gone' | 'restart';
}
export const deviceHeard = defineEvent<DeviceHeard>(
  'device.heard',
  'A device said how it is, whether that has changed or not, or nothing is known of it any more.',
);

export const deviceDescribed = defineEvent<{ device: string; kind: DeviceKind; meta: DeviceMetaPayload }>(
  'device.described',
  'A device said what it is.',
);

export const deviceRevoked = defineEvent<{ device: string }>(
  'device.revoked',
  'A device may not sign in any more; its connections are closed.',
);

export const commandChanged = defineEvent<{ command: DeviceCommandRow }>(
  'device.command-changed',
  'A command was given, sent, answered, withdrawn, or expired.',
);
