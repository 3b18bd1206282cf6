import type { Registry } from 'prom-client';
import { Alive, Readiness } from '../../../contract/operations.ts';
import { Problem } from '../../platform/errors.ts';
import type { Health } from '../../platform/health/health.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { isLoopback } from '../../platform/http/loopback.ts';
import { ok, type Route, readRoute } from '../../platform/http/route.ts';

export interface HealthRoutesDeps {
  health: Health;
  metrics: Registry;
}

const about = { method: 'GET', access: 'public', tag: 'operations' } as const;

export const healthRoutes = ({ health, metrics }: HealthRoutesDeps): Route[] => [
  readRoute({
    ...about,
    path: '/healthz',
    summary: 'Whether the process answers; nothing else is looked at',
    replies: { 200: Alive },
    read: async () => ok({ alive: true }),
  }),
  readRoute({
    ...about,
    path: '/readyz',
    summary: 'Whether the appliance can do its work, and what is in the way',
    replies: { 200: Readiness, 503: Readiness },
    async read() {
      const readiness = await health.readiness();
      return { status: readiness.ready ? 200 : 503, body: readiness };
    },
  }),
  readRoute({
    ...about,
    path: '/metrics',
    summary: 'Prometheus metrics; without signing in from the machine itself alone',
    replies: { 200: 'Prometheus text' },
    async read({ address, principal }) {
      const isStaff = principal.role === 'admin' || principal.role === 'staff';
      if (!isStaff && !isLoopback(address)) throw new Problem(httpProblems.forbidden);
      return {
        status: 200,
        body: await metrics.metrics(),
        headers: { 'content-type': metrics.contentType },
      };
    },
  }),
];
