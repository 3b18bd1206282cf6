import type {
  Attraction,
  AttractionChange,
  AttractionList,
  DelayedAttraction,
  Station,
  StationChange,
  StationList,
} from '@dugout/appliance/contract/attractions.ts';
import type { LoginReply, LoginRequest, Session } from '@dugout/appliance/contract/auth.ts';
import type { CommandInput, DeviceCommand, DeviceList } from '@dugout/appliance/contract/devices.ts';
import type {
  ActionInput,
  CompleteInput,
  Game,
  GameAction,
  GameHistory,
  GameInput,
  GamePage,
  GameReply,
  GameState,
} from '@dugout/appliance/contract/games.ts';
import type {
  CalibrationAction,
  CalibrationInput,
  CalibrationProgress,
} from '@dugout/appliance/contract/glove-calibration.ts';
import type { Glove, GloveChange, GloveFeedback, GloveList } from '@dugout/appliance/contract/gloves.ts';
import type { Leaderboard } from '@dugout/appliance/contract/leaderboards.ts';
import type { MessageCarrierList, MessagePage } from '@dugout/appliance/contract/messaging.ts';
import type { Job, JobPage } from '@dugout/appliance/contract/operations.ts';
import type { PhotoReply } from '@dugout/appliance/contract/players.ts';
import type {
  ProgressHistory,
  ProgressPending,
  ProgressReply,
  StationResult,
} from '@dugout/appliance/contract/progress.ts';
import type { Floor, PublicQueue, Queue } from '@dugout/appliance/contract/queue.ts';
import type {
  Command,
  CommandList,
  Link,
  OutageList,
  Place,
  SiteList,
} from '@dugout/appliance/contract/replication.ts';
import type { Reply, ReplyPage } from '@dugout/appliance/contract/replies.ts';
import type { RigEventPage } from '@dugout/appliance/contract/rigs.ts';
import { request } from './request.ts';
import { atSite } from './site-path.ts';

const get = <Reply>(path: string, signal?: AbortSignal) =>
  request<Reply>('GET', path, signal === undefined ? {} : { signal });

const withKey = (key?: string) => (key === undefined ? {} : { key });

function query(fields: Record<string, string | number | undefined>): string {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/**
 * The appliance's HTTP API, as far as the screens use it, and what a replica adds to it. Every call may throw
 * `Refusal` or `Unreachable`, and every write, on a replica, `Queued`.
 */
export const appliance = {
  /** `site`: on a page of no venue, the one at which the account is; empty elsewhere. */
  signIn: (credentials: LoginRequest, site: string) =>
    request<LoginReply>('POST', site === '' ? '/api/login' : atSite(site, '/api/login'), {
      body: credentials,
    }),
  signOut: () => request<void>('POST', '/api/logout'),
  session: (signal?: AbortSignal) => get<Session>('/api/session', signal),

  attractions: (signal?: AbortSignal) => get<AttractionList>('/api/attractions', signal),
  changeAttraction: (id: string, body: AttractionChange, key?: string) =>
    request<Attraction>('PATCH', `/api/attractions/${id}`, { body, ...withKey(key) }),
  delayAttraction: (id: string, minutes: number, key?: string) =>
    request<DelayedAttraction>('POST', `/api/attractions/${id}/delay`, {
      body: { minutes },
      ...withKey(key),
    }),
  stations: (signal?: AbortSignal) => get<StationList>('/api/stations', signal),
  changeStation: (id: string, body: StationChange, key?: string) =>
    request<Station>('PATCH', `/api/stations/${id}`, { body, ...withKey(key) }),

  createGame: (body: GameInput, key?: string) =>
    request<Game>('POST', '/api/games', { body, ...withKey(key) }),
  games: (filter: { state?: GameState; attraction?: string; limit?: number }, signal?: AbortSignal) =>
    get<GamePage>(`/api/games${query(filter)}`, signal),
  act: (id: string, action: GameAction, body: ActionInput | CompleteInput = {}, key?: string) =>
    request<GameReply>('POST', `/api/games/${id}/${action}`, { body, ...withKey(key) }),
  history: (id: string, signal?: AbortSignal) => get<GameHistory>(`/api/games/${id}/history`, signal),
  putPhoto: (playerId: string, file: Blob, key?: string) =>
    request<PhotoReply>('PUT', `/api/players/${playerId}/photo`, { file, ...withKey(key) }),

  queue: (attraction?: string, signal?: AbortSignal) =>
    get<Queue>(`/api/queue${query({ attraction })}`, signal),
  callNext: (attraction: string, key?: string) =>
    request<Game>('POST', '/api/queue/call-next', { body: { attraction }, ...withKey(key) }),
  floor: (signal?: AbortSignal) => get<Floor>('/api/floor', signal),
  publicQueue: (signal?: AbortSignal) => get<PublicQueue>('/api/public/queue', signal),

  leaderboard: (attraction: string, window: string, limit: number, signal?: AbortSignal) =>
    get<Leaderboard>(`/api/leaderboards/${attraction}${query({ window, limit })}`, signal),

  messages: (signal?: AbortSignal) => get<MessagePage>('/api/messages', signal),
  carriers: (signal?: AbortSignal) => get<MessageCarrierList>('/api/messages/carriers', signal),
  replies: (signal?: AbortSignal) => get<ReplyPage>('/api/replies', signal),
  replyHandled: (id: string, key?: string) =>
    request<Reply>('POST', `/api/replies/${id}/handled`, withKey(key)),
  failedJobs: (signal?: AbortSignal) => get<JobPage>('/api/jobs?state=dead', signal),
  retryJob: (id: string, key?: string) => request<Job>('POST', `/api/jobs/${id}/retry`, withKey(key)),
  devices: (signal?: AbortSignal) => get<DeviceList>('/api/devices', signal),
  clearMarks: (id: string, key?: string) =>
    request<void>('POST', `/api/devices/${id}/clear-marks`, withKey(key)),
  command: (id: string, body: CommandInput, key?: string) =>
    request<DeviceCommand>('POST', `/api/devices/${id}/commands`, { body, ...withKey(key) }),
  rigConflicts: (signal?: AbortSignal) =>
    get<RigEventPage>('/api/rig-events?outcome=conflict&limit=10', signal),

  gloves: (signal?: AbortSignal) => get<GloveList>('/api/gloves', signal),
  changeGlove: (name: string, body: GloveChange, key?: string) =>
    request<Glove>('PATCH', `/api/gloves/${name}`, { body, ...withKey(key) }),
  feedback: (name: string, body: GloveFeedback, key?: string) =>
    request<void>('POST', `/api/gloves/${name}/feedback`, { body, ...withKey(key) }),
  calibration: (name: string, signal?: AbortSignal) =>
    get<CalibrationProgress>(`/api/gloves/${name}/calibration`, signal),
  startCalibration: (name: string, body: CalibrationInput, key?: string) =>
    request<CalibrationProgress>('POST', `/api/gloves/${name}/calibration`, { body, ...withKey(key) }),
  calibrate: (name: string, action: CalibrationAction, key?: string) =>
    request<CalibrationProgress>('POST', `/api/gloves/${name}/calibration/${action}`, withKey(key)),
  /** What a game's sensor data came to; still being worked out where `state` is `pending`. */
  progressOfGame: (id: string, signal?: AbortSignal) =>
    get<ProgressReply | ProgressPending>(`/api/games/${id}/progress`, signal),
  /** Without a player, of whoever is signed in. */
  progress: (playerId: string | null, signal?: AbortSignal) =>
    get<ProgressHistory>(
      playerId === null ? '/api/me/progress' : `/api/players/${playerId}/progress`,
      signal,
    ),
  resultAt: (stationId: string, signal?: AbortSignal) =>
    get<StationResult>(`/api/stations/${stationId}/result`, signal),

  place: (signal?: AbortSignal) => get<Place>('/api/place', signal),
  /** Of the venue's own appliance: how its replica is doing. */
  link: (signal?: AbortSignal) => get<Link>('/api/replication', signal),
  outages: (signal?: AbortSignal) => get<OutageList>('/api/outages', signal),
  /** Of a replica. */
  sites: (signal?: AbortSignal) => get<SiteList>('/api/sites', signal),
  commands: (signal?: AbortSignal) => get<CommandList>('/api/commands', signal),
  cancelCommand: (id: string, key?: string) =>
    request<Command>('POST', `/api/commands/${id}/cancel`, withKey(key)),
};
