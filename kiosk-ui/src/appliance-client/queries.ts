import type { GameState } from '@dugout/appliance/contract/games.ts';
import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { appliance } from './appliance.ts';
import { mayPass, Refusal } from './refusal.ts';
import { isWaiting } from './remote-command.ts';
import { learnVenueTime } from './venue-clock.ts';

declare module '@tanstack/react-query' {
  interface Register {
    /** `topics`: the live topics whose changes make this query read again. */
    queryMeta: { topics: readonly LiveTopic[] };
  }
}

/** Estimates shrink while nothing happens, so what shows one is read again now and then. */
const estimateRefreshMs = 20_000;

export function newQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      // Whoever is refused as a stranger asks who they are; what needs a session then leads to signing in.
      onError: (error, { queryKey }) => {
        const asStranger = error instanceof Refusal && error.status === 401;
        if (asStranger && queryKey[0] !== 'session') void client.invalidateQueries({ queryKey: ['session'] });
      },
    }),
    defaultOptions: {
      queries: {
        // The browser's idea of "online" says nothing about a venue without internet.
        networkMode: 'always',
        retry: (_failures, error) => mayPass(error),
        retryDelay: (failures) => Math.min(4_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2),
      },
    },
  });
  return client;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => appliance.session(signal),
  meta: { topics: [] },
  staleTime: 60_000,
});

export const attractionsQuery = queryOptions({
  queryKey: ['attractions'],
  queryFn: ({ signal }) => appliance.attractions(signal),
  meta: { topics: ['attractions', 'queue', 'stations'] },
  refetchInterval: estimateRefreshMs,
});

export const stationsQuery = queryOptions({
  queryKey: ['stations'],
  queryFn: ({ signal }) => appliance.stations(signal),
  meta: { topics: ['stations', 'queue'] },
});

export const floorQuery = queryOptions({
  queryKey: ['floor'],
  queryFn: async ({ signal }) => {
    const floor = await appliance.floor(signal);
    learnVenueTime(floor.at);
    return floor;
  },
  meta: { topics: ['queue', 'stations', 'attractions', 'messages', 'jobs', 'replies'] },
  refetchInterval: estimateRefreshMs,
});

export const publicQueueQuery = queryOptions({
  queryKey: ['public-queue'],
  queryFn: async ({ signal }) => {
    const queue = await appliance.publicQueue(signal);
    learnVenueTime(queue.at);
    return queue;
  },
  meta: { topics: ['queue', 'stations', 'attractions'] },
  refetchInterval: estimateRefreshMs,
});

export const queueQuery = (attraction: string) =>
  queryOptions({
    queryKey: ['queue', attraction],
    queryFn: ({ signal }) => appliance.queue(attraction, signal),
    meta: { topics: ['queue', 'stations', 'attractions'] },
    refetchInterval: estimateRefreshMs,
  });

export const gamesQuery = (state: GameState) =>
  queryOptions({
    queryKey: ['games', state],
    queryFn: ({ signal }) => appliance.games({ state, limit: 50 }, signal),
    meta: { topics: ['queue'] },
  });

export const leaderboardQuery = (attraction: string, window: string) =>
  queryOptions({
    queryKey: ['leaderboard', attraction, window],
    queryFn: ({ signal }) => appliance.leaderboard(attraction, window, 10, signal),
    meta: { topics: ['leaderboard'] },
    refetchInterval: 60_000,
  });

export const messagesQuery = queryOptions({
  queryKey: ['messages'],
  queryFn: ({ signal }) => appliance.messages(signal),
  meta: { topics: ['messages'] },
});

export const carriersQuery = queryOptions({
  queryKey: ['carriers'],
  queryFn: ({ signal }) => appliance.carriers(signal),
  meta: { topics: ['messages'] },
  refetchInterval: 30_000,
});

export const repliesQuery = queryOptions({
  queryKey: ['replies'],
  queryFn: ({ signal }) => appliance.replies(signal),
  meta: { topics: ['replies'] },
});

export const rigConflictsQuery = queryOptions({
  queryKey: ['rig-conflicts'],
  queryFn: ({ signal }) => appliance.rigConflicts(signal),
  meta: { topics: ['stations'] },
});

export const failedJobsQuery = queryOptions({
  queryKey: ['failed-jobs'],
  queryFn: ({ signal }) => appliance.failedJobs(signal),
  meta: { topics: ['jobs'] },
});

export const devicesQuery = queryOptions({
  queryKey: ['devices'],
  queryFn: ({ signal }) => appliance.devices(signal),
  meta: { topics: ['stations', 'devices'] },
  refetchInterval: 30_000,
});

export const glovesQuery = queryOptions({
  queryKey: ['gloves'],
  queryFn: ({ signal }) => appliance.gloves(signal),
  meta: { topics: ['gloves', 'devices', 'stations'] },
  refetchInterval: 2_000,
});

/** Ten times a second while a hand is being measured: the bars follow the fingers. */
export const calibrationQuery = (glove: string, running: boolean) =>
  queryOptions({
    queryKey: ['calibration', glove],
    queryFn: ({ signal }) => appliance.calibration(glove, signal),
    meta: { topics: ['gloves'] },
    refetchInterval: running ? 100 : false,
    retry: false,
  });

/** The screen beside a seat. */
export const stationResultQuery = (stationId: string) =>
  queryOptions({
    queryKey: ['station-result', stationId],
    queryFn: ({ signal }) => appliance.resultAt(stationId, signal),
    meta: { topics: ['progress', 'queue', 'stations'] },
    refetchInterval: 10_000,
  });

export const gameProgressQuery = (gameId: string) =>
  queryOptions({
    queryKey: ['game-progress', gameId],
    queryFn: ({ signal }) => appliance.progressOfGame(gameId, signal),
    meta: { topics: ['progress'] },
    refetchInterval: ({ state }) => (state.data?.state === 'pending' ? 1_000 : false),
  });

export const progressQuery = (playerId: string | null) =>
  queryOptions({
    queryKey: ['progress', playerId],
    queryFn: ({ signal }) => appliance.progress(playerId, signal),
    meta: { topics: ['progress'] },
    refetchInterval: 30_000,
  });

/** What the age of a replica's data is measured by on a screen that asks for nothing else: never less often. */
const ageRefreshMs = 4_000;

export const placeQuery = queryOptions({
  queryKey: ['place'],
  queryFn: ({ signal }) => appliance.place(signal),
  meta: { topics: [] },
  staleTime: Number.POSITIVE_INFINITY,
  refetchInterval: ({ state }) => (state.data?.kind === 'replica' ? ageRefreshMs : false),
});

export const linkQuery = queryOptions({
  queryKey: ['link'],
  queryFn: ({ signal }) => appliance.link(signal),
  meta: { topics: ['link'] },
  refetchInterval: 10_000,
});

export const outagesQuery = queryOptions({
  queryKey: ['outages'],
  queryFn: ({ signal }) => appliance.outages(signal),
  meta: { topics: ['link'] },
});

export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  queryFn: ({ signal }) => appliance.sites(signal),
  meta: { topics: ['link'] },
  refetchInterval: ageRefreshMs,
});

/** Asked often while one of them waits for its venue: its outcome must be on the screen within the second. */
export const commandsQuery = queryOptions({
  queryKey: ['commands'],
  queryFn: ({ signal }) => appliance.commands(signal),
  meta: { topics: ['link', 'queue'] },
  refetchInterval: ({ state }) => (state.data?.items.some(isWaiting) ? 1_000 : 10_000),
});
