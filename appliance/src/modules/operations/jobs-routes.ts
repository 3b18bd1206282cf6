import { z } from 'zod';
import { Id } from '../../../contract/common.ts';
import { Job, JobKindList, JobPage, JobQuery } from '../../../contract/operations.ts';
import { toMoment } from '../../platform/clock.ts';
import { noContent, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import type { JobSummary } from '../../platform/jobs/job-desk.ts';
import type { Jobs } from '../../platform/jobs/jobs.ts';

export interface JobsRoutesDeps {
  jobs: Pick<Jobs, 'list' | 'listKinds' | 'retry' | 'discard' | 'pause' | 'resume'>;
  jobsChanged: () => void;
}

const jobView = (job: JobSummary): Job => ({
  ...job,
  run_at: toMoment(job.run_at),
  created_at: toMoment(job.created_at),
});

const about = { access: ['admin', 'staff'], tag: 'operations' } as const;
const ofJob = z.object({ id: Id });
const ofKind = z.object({ kind: z.string().max(80) });

export const jobsRoutes = ({ jobs, jobsChanged }: JobsRoutesDeps): Route[] => [
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/jobs',
    summary: 'Work that is not done, newest first; the dead ones wait for staff',
    query: JobQuery,
    replies: { 200: JobPage },
    async read({ query: { state, kind, cursor, limit } }, reader) {
      const rows = await jobs.list(reader, { state, kind, before: cursor, limit: limit + 1 });
      const items = rows.slice(0, limit).map(jobView);
      return ok({ items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
    },
  }),
  writeRoute({
    ...about,
    method: 'POST',
    path: '/api/jobs/:id/retry',
    summary: 'Give a dead job its attempts again, or run a waiting one now',
    params: ofJob,
    replies: { 200: Job },
    write(tx, { params: { id } }) {
      tx.afterCommit(jobsChanged);
      return ok(jobView(jobs.retry(tx, id)));
    },
  }),
  writeRoute({
    ...about,
    method: 'DELETE',
    path: '/api/jobs/:id',
    summary: 'Give a job up; what it was to do is not done',
    params: ofJob,
    replies: { 204: 'discarded' },
    write(tx, { params: { id } }) {
      tx.afterCommit(jobsChanged);
      jobs.discard(tx, id);
      return noContent;
    },
  }),
  readRoute({
    ...about,
    method: 'GET',
    path: '/api/job-kinds',
    summary: 'Every kind of job, whether it is paused, and how many wait',
    replies: { 200: JobKindList },
    read: async (_request, reader) => ok({ items: await jobs.listKinds(reader) }),
  }),
  writeRoute({
    ...about,
    method: 'POST',
    path: '/api/job-kinds/:kind/pause',
    summary: 'Begin no more jobs of this kind; what is asked for waits',
    params: ofKind,
    replies: { 204: 'paused' },
    write(tx, { params: { kind } }) {
      tx.afterCommit(jobsChanged);
      jobs.pause(tx, kind);
      return noContent;
    },
  }),
  writeRoute({
    ...about,
    method: 'POST',
    path: '/api/job-kinds/:kind/resume',
    summary: 'Go on with jobs of this kind',
    params: ofKind,
    replies: { 204: 'resumed' },
    write(tx, { params: { kind } }) {
      tx.afterCommit(jobsChanged);
      jobs.resume(tx, kind);
      return noContent;
    },
  }),
];
