/**
 * Operations: what the appliance says of itself, and what staff do about jobs that failed.
 *
 * Owns no tables. Calls the platform's jobs, health and metrics; tells screens that jobs have changed.
 */
import type { Registry } from 'prom-client';
import type { Health } from '../../platform/health/health.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';
import { healthRoutes } from './health-routes.ts';
import { jobsRoutes } from './jobs-routes.ts';

/** Without jobs: for a process that does none. */
export { healthRoutes };

export interface OperationsModuleDeps {
  jobs: Jobs;
  health: Health;
  metrics: Registry;
  live: Pick<LiveFeed, 'changed'>;
}

export function createOperationsModule({ jobs, health, metrics, live }: OperationsModuleDeps) {
  const jobsChanged = () => live.changed('jobs');
  jobs.onEnd((_kind, outcome) => {
    if (outcome === 'dead') jobsChanged();
  });
  return { routes: [...healthRoutes({ health, metrics }), ...jobsRoutes({ jobs, jobsChanged })] };
}
