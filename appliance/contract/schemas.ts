import { z } from 'zod';
import * as attractions from './attractions.ts';
import * as auth from './auth.ts';
import * as common from './common.ts';
import * as devices from './devices.ts';
import * as games from './games.ts';
import * as gloveCalibration from './glove-calibration.ts';
import * as gloveControl from './glove-control.ts';
import * as gloves from './gloves.ts';
import * as leaderboards from './leaderboards.ts';
import * as live from './live.ts';
import * as messaging from './messaging.ts';
import * as notifications from './notifications.ts';
import * as operations from './operations.ts';
import * as players from './players.ts';
import * as problems from './problems.ts';
import * as progress from './progress.ts';
import * as queue from './queue.ts';
import * as replication from './replication.ts';
import * as replies from './replies.ts';
import * as rigs from './rigs.ts';
import * as sessions from './sessions.ts';

const chapters = {
  common,
  problems,
  auth,
  players,
  games,
  queue,
  attractions,
  devices,
  rigs,
  gloves,
  gloveCalibration,
  gloveControl,
  leaderboards,
  notifications,
  messaging,
  replies,
  operations,
  live,
  replication,
  progress,
  sessions,
};

/** Every schema of the contract under its own name: the vocabulary of the OpenAPI and AsyncAPI documents. */
export const contractSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.values(chapters).flatMap((chapter) =>
    Object.entries(chapter).flatMap(([name, value]) =>
      value instanceof z.ZodType ? [[name, value] as const] : [],
    ),
  ),
);
