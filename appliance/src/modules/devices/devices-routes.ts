import { z } from 'zod';
import { Id } from '../../../contract/common.ts';
import {
  CommandInput,
  DeviceCommand,
  DeviceCommandList,
  DeviceInput,
  DeviceList,
  NewDevice,
  VenueTime,
} from '../../../contract/devices.ts';
import type { Clock } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { days, minutes } from '../../platform/http/remote.ts';
import { created, noContent, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AuthModule } from '../auth/index.ts';
import { type CommandsService, commandView } from './commands-service.ts';
import { commandsOf } from './commands-store.ts';
import { type DevicesService, deviceView, nothingSaid } from './devices-service.ts';
import { allDevices, deviceById } from './devices-store.ts';

export interface DevicesRoutesDeps {
  devices: DevicesService;
  commands: Pick<CommandsService, 'askByHand'>;
  clock: Pick<Clock, 'now'>;
  auth: Pick<AuthModule, 'hashSecret'>;
  ids: Ids;
}

const params = z.object({ id: Id });
/** How many of the last commands staff see. */
const shownCommands = 100;

export const devicesRoutes = ({ devices, commands, clock, auth, ids }: DevicesRoutesDeps): Route[] => [
  readRoute({
    method: 'GET',
    path: '/api/devices',
    access: ['admin', 'staff'],
    tag: 'devices',
    summary: 'Every device and what it last said of itself',
    replies: { 200: DeviceList },
    read: async (_request, reader) => ok({ items: (await reader.all(allDevices, {})).map(deviceView) }),
  }),
  writeRoute({
    method: 'POST',
    path: '/api/devices',
    access: ['admin'],
    tag: 'devices',
    summary: 'Enrol a device; its secret is in this answer and nowhere else',
    body: DeviceInput,
    // Its secret would have to wait in the cloud for whoever asked.
    remote: 'venue_only',
    replies: { 201: NewDevice },
    write(tx, { body }) {
      const secret = ids.code(26);
      const row = devices.enrol(tx, body.name, body.kind, auth.hashSecret(secret));
      return created({ ...deviceView({ ...row, ...nothingSaid }), secret });
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/api/devices/:id/revoke',
    access: ['admin'],
    tag: 'devices',
    summary: 'Take a device’s access away; what it has open is closed',
    params,
    remote: { expiresAfterMs: days(7) },
    replies: { 204: 'revoked' },
    write(tx, { params: { id } }) {
      devices.revoke(tx, id);
      return noContent;
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/api/devices/:id/clear-marks',
    access: ['admin', 'staff'],
    tag: 'devices',
    summary: 'Forget what the device was refused: somebody has seen to it',
    params,
    replies: { 204: 'cleared' },
    write(tx, { params: { id } }) {
      devices.clearMarks(tx, id);
      return noContent;
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/devices/:id/commands',
    access: ['admin', 'staff'],
    tag: 'devices',
    summary: 'What was last asked of the device and what became of it, newest first',
    params,
    replies: { 200: DeviceCommandList },
    async read({ params: { id } }, reader) {
      const device = await reader.get(deviceById, { id });
      if (device === undefined) throw new Problem(httpProblems.not_found);
      const rows = await reader.all(commandsOf, { device: device.name, limit: shownCommands });
      return ok({ items: rows.map(commandView) });
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/api/devices/:id/commands',
    access: ['admin', 'staff'],
    tag: 'devices',
    summary: 'Ask something of the device: it waits for a device that is away, until it is pointless',
    params,
    body: CommandInput,
    remote: { expiresAfterMs: minutes(10) },
    replies: { 201: DeviceCommand },
    write(tx, { params: { id }, body: { name, args, ttl_seconds }, principal }) {
      const asked = { name, args, ttlMs: ttl_seconds * 1_000, by: principal.username };
      return created(commandView(commands.askByHand(tx, id, asked)));
    },
  }),
  readRoute({
    method: 'GET',
    path: '/api/time',
    remote: 'venue_only',
    access: 'public',
    tag: 'devices',
    summary: 'The venue’s time, for a device that measures its clock by the four stamps of NTP',
    replies: { 200: VenueTime },
    read: async ({ at }) => ({
      status: 200,
      body: { t1: at, t2: clock.now() },
      headers: { 'cache-control': 'no-store' },
    }),
  }),
];
