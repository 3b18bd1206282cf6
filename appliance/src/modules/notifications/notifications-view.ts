import type { PlayerEvent } from '../../../contract/notifications.ts';
import { toMoment } from '../../platform/clock.ts';
import type { PlayerEventRow } from './notifications-tables.ts';

/** An event as a phone sees it: the members of its type beside what every event has. */
export const eventView = ({ id, type, at, payload }: PlayerEventRow): PlayerEvent => ({
  ...(payload === null ? { withdrawn: true as const } : (JSON.parse(payload) as Record<string, unknown>)),
  id,
  type,
  at: toMoment(at),
});
