import { z } from 'zod';
import { Id } from '../../../contract/common.ts';
import { DeviceInput, DeviceList, NewDevice } from '../../../contract/devices.ts';
import { created, noContent, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import type { Ids } from '../../platform/ids.ts';
import type { AuthModule } from '../auth/index.ts';
import { type DevicesService, deviceView } from './devices-service.ts';
import { allDevices } from './devices-store.ts';

export interface DevicesRoutesDeps {
  devices: DevicesService;
  auth: Pick<AuthModule, 'hashPassword'>;
  ids: Ids;
}

const nothingSaid = { presence: null, presence_at: null, firmware: null, battery: null };

export const devicesRoutes = ({ devices, auth, ids }: DevicesRoutesDeps): Route[] => [
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
    replies: { 201: NewDevice },
    async prepare() {
      const secret = ids.code(26);
      return { secret, hash: await auth.hashPassword(secret) };
    },
    write(tx, { body }, { secret, hash }) {
      const row = devices.enrol(tx, body.name, body.kind, hash);
      return created({ ...deviceView({ ...row, ...nothingSaid }), secret });
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/api/devices/:id/revoke',
    access: ['admin'],
    tag: 'devices',
    summary: 'Take a device’s access away; what it has open is closed',
    params: z.object({ id: Id }),
    replies: { 204: 'revoked' },
    write(tx, { params: { id } }) {
      devices.revoke(tx, id);
      return noContent;
    },
  }),
];
