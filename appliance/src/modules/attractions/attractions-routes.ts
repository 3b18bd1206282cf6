import { z } from 'zod';
import {
  AttractionChange,
  AttractionDelay,
  AttractionSettings,
  DelayedAttraction,
  StationChange,
  StationInput,
  StationSettings,
} from '../../../contract/attractions.ts';
import type { Role } from '../../../contract/auth.ts';
import { Id, Slug } from '../../../contract/common.ts';
import { toMoment } from '../../platform/clock.ts';
import { minutes, subject } from '../../platform/http/remote.ts';
import { created, ok, type Route, writeRoute } from '../../platform/http/route.ts';
import type { AttractionsService } from './attractions-service.ts';
import {
  type AttractionRow,
  attractions as attractionsTable,
  type StationRow,
  stations,
} from './attractions-tables.ts';

const staff: readonly Role[] = ['admin', 'staff'];
const attractionParams = z.object({ id: Slug });

const attractionSettings = (row: AttractionRow) => ({
  id: row.id,
  name: row.name,
  paused: row.paused === 1,
  capacity: row.capacity,
  grace_seconds: row.grace_seconds,
  reconnect_seconds: row.reconnect_seconds,
});

const stationSettings = ({ id, name, attraction, device, in_service }: StationRow) => ({
  id,
  name,
  attraction,
  device,
  in_service: in_service === 1,
});

/** How staff run a lane: pause it, bound it, push it back, and set up its stations. */
export const attractionsRoutes = (attractions: AttractionsService): Route[] => [
  writeRoute({
    method: 'PATCH',
    path: '/api/attractions/:id',
    access: staff,
    tag: 'attractions',
    summary:
      'Pause or open an attraction, bound its queue, change its grace and how long a game waits for its rig',
    params: attractionParams,
    body: AttractionChange,
    remote: {
      about: subject(attractionsTable, ['paused', 'capacity', 'grace_seconds', 'reconnect_seconds']),
    },
    replies: { 200: AttractionSettings },
    write: (tx, { params: { id }, body }) =>
      ok(attractionSettings(attractions.changeAttraction(tx, id, body))),
  }),
  writeRoute({
    method: 'POST',
    path: '/api/attractions/:id/delay',
    access: staff,
    tag: 'attractions',
    summary: 'Push everybody’s expected call back',
    params: attractionParams,
    body: AttractionDelay,
    remote: { expiresAfterMs: minutes(10) },
    replies: { 200: DelayedAttraction },
    write: (tx, { params: { id }, body }) =>
      ok({ attraction: id, delayed_until: toMoment(attractions.delay(tx, id, body.minutes).delayed_until) }),
  }),
  writeRoute({
    method: 'POST',
    path: '/api/stations',
    access: staff,
    tag: 'stations',
    summary: 'Set up a station',
    body: StationInput,
    replies: { 201: StationSettings },
    write: (tx, { body }) => created(stationSettings(attractions.addStation(tx, body))),
  }),
  writeRoute({
    method: 'PATCH',
    path: '/api/stations/:id',
    access: staff,
    tag: 'stations',
    summary: 'Rename a station, give it a device, take it in or out of service',
    params: z.object({ id: Id }),
    body: StationChange,
    remote: { about: subject(stations, ['name', 'device', 'in_service']) },
    replies: { 200: StationSettings },
    write: (tx, { params: { id }, body }) => ok(stationSettings(attractions.changeStation(tx, id, body))),
  }),
];
