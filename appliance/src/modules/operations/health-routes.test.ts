import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { createHealth } from '../../platform/health/health.ts';
import { anonymous, type Principal } from '../../platform/http/principal.ts';
import { healthRoutes } from './health-routes.ts';

const route = healthRoutes({ health: createHealth(systemClock), metrics: new Registry() }).find(
  ({ path }) => path === '/metrics',
);
const reader = { all: async () => [], get: async () => undefined };
const statusFrom = (address: string, role: Principal['role'] = 'anonymous') => {
  const principal: Principal = { ...anonymous, role };
  return route
    ?.read?.({ params: {}, query: {}, body: undefined, principal, at: 0, address, headers: {} }, reader)
    .then(({ status }) => status);
};

test.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])(
  'the machine itself reads metrics: %s',
  (address) => expect(statusFrom(address)).resolves.toBe(200),
);

test.each(['192.168.1.5', '::ffff:10.0.0.1', '128.0.0.1', '10.127.0.1', 'fe80::1', ''])(
  'another machine does not, but staff there do: %s',
  async (address) => {
    await expect(statusFrom(address)).rejects.toMatchObject({ kind: { code: 'forbidden' } });
    await expect(statusFrom(address, 'tablet')).rejects.toMatchObject({ kind: { code: 'forbidden' } });
    await expect(statusFrom(address, 'staff')).resolves.toBe(200);
  },
);
