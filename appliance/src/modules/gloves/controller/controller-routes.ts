import { z } from 'zod';
import type { Role } from '../../../../contract/auth.ts';
import { DeviceName } from '../../../../contract/devices.ts';
import { Steering, SteeringInput } from '../../../../contract/glove-control.ts';
import { ok, type Route, readRoute, writeRoute } from '../../../platform/http/route.ts';
import type { ControllerService } from './controller-service.ts';

const beside: readonly Role[] = ['admin', 'staff', 'tablet', 'rig', 'screen'];
const params = z.object({ name: DeviceName });

export const controllerRoutes = (controller: ControllerService): Route[] => [
  writeRoute({
    method: 'POST',
    path: '/api/gloves/:name/steering',
    access: beside,
    tag: 'gloves',
    summary: 'Let a glove steer a paddle or a bat: positions and swings come on its control topic',
    params,
    body: SteeringInput,
    remote: 'venue_only',
    replies: { 200: Steering },
    write: (tx, { params: { name }, body }) => ok(controller.steer(tx, { glove: name, ...body })),
  }),
  readRoute({
    method: 'GET',
    path: '/api/gloves/:name/steering',
    remote: 'venue_only',
    access: beside,
    tag: 'gloves',
    summary: 'What the glove steers; nothing after a restart of the appliance',
    params,
    replies: { 200: Steering },
    read: async ({ params: { name } }) => ok(controller.steering(name)),
  }),
];
