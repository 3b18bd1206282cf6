import type { Presence } from '../../../contract/devices.ts';
import { defineEvent } from '../../platform/events/events.ts';

export const presenceChanged = defineEvent<{ device: string; presence: Presence }>(
  'device.presence-changed',
  'A device came, went, or became busy or idle.',
);
export const deviceRevoked = defineEvent<{ device: string }>(
  'device.revoked',
  'A device may not sign in any more; its connections are closed.',
);
