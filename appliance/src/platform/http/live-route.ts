import { z } from 'zod';
import { LiveTopic } from '../../../contract/live.ts';
import { defineProblems, Problem } from '../errors.ts';
import type { LiveFeed } from './live-feed.ts';
import { type Route, readRoute } from './route.ts';

const problems = defineProblems({
  too_many_screens: {
    status: 503,
    title: 'Too many screens are connected.',
    cause: 'More screens follow live changes than this appliance serves, in all or at one address.',
    remedy: 'Close screens that nobody looks at; the screen tries again by itself.',
  },
});

/** What somebody who is not signed in may follow: no more than the public boards show. */
const publicTopics: ReadonlySet<string> = new Set(['queue', 'leaderboard', 'attractions']);

const Topics = z
  .string()
  .max(200)
  .default('queue,leaderboard,attractions')
  .transform((list) => list.split(','))
  .pipe(z.array(LiveTopic));

export const liveRoute = (live: LiveFeed): Route =>
  readRoute({
    method: 'GET',
    path: '/api/live',
    access: 'public',
    tag: 'live',
    summary: 'Follow changes as text/event-stream; topics that need a sign-in are left out without one',
    query: z.object({ topics: Topics }),
    replies: {
      200: 'text/event-stream: `change` events with topic and version, and a `heartbeat` every five seconds',
    },
    async read({ query: { topics }, principal, address }) {
      const inside = ['admin', 'staff', 'tablet', 'rig'].includes(principal.role);
      const stream = live.follow(
        topics.filter((topic) => inside || publicTopics.has(topic)),
        address,
      );
      if (stream === null)
        throw new Problem(problems.too_many_screens, undefined, { retry_after_seconds: 5 });
      return {
        status: 200,
        body: stream,
        headers: {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        },
      };
    },
  });
