import { z } from 'zod';
import type { Role } from '../../../contract/auth.ts';
import { DeviceName } from '../../../contract/devices.ts';
import {
  type GloveFeedback as Feedback,
  Glove,
  GloveChange,
  GloveCounts,
  GloveFeedback,
  GloveList,
} from '../../../contract/gloves.ts';
import type { Reader, Transaction } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { noContent, ok, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import { allDevices } from '../devices/index.ts';
import type { GlovesService } from './gloves-service.ts';
import { allGloves } from './gloves-store.ts';
import { onlookers } from './gloves-topics.ts';
import { gloveViews, type NowOf } from './gloves-view.ts';

export interface GlovesRoutesDeps {
  gloves: Pick<GlovesService, 'change' | 'gloveNamed'>;
  nowOf: NowOf;
  counts(): GloveCounts;
  /** Throws `glove_away` and `glove_feels_nothing`. */
  feel(glove: string, feedback: Feedback): void;
}

const params = z.object({ name: DeviceName });
const staff: readonly Role[] = ['admin', 'staff'];

export const glovesRoutes = ({ gloves, nowOf, counts, feel }: GlovesRoutesDeps): Route[] => {
  const every = async (reader: Reader): Promise<Glove[]> =>
    gloveViews(await reader.all(allDevices, {}), await reader.all(allGloves, {}), nowOf);
  const everyWithin = (tx: Transaction): Glove[] =>
    gloveViews(tx.all(allDevices, {}), tx.all(allGloves, {}), nowOf);
  const named = (all: readonly Glove[], name: string): Glove => {
    const found = all.find((one) => one.name === name);
    if (found === undefined) throw new Problem(httpProblems.not_found);
    return found;
  };

  return [
    readRoute({
      method: 'GET',
      path: '/api/gloves',
      remote: 'venue_only',
      access: onlookers,
      tag: 'gloves',
      summary: 'Every glove: what it is, where it belongs, how it does',
      replies: { 200: GloveList },
      read: async (_request, reader) => ok({ items: await every(reader) }),
    }),
    readRoute({
      method: 'GET',
      path: '/api/gloves/counts',
      remote: 'venue_only',
      access: onlookers,
      tag: 'gloves',
      summary: 'Lines and frames of all gloves since the start, by format: accepted, and rejected by code',
      replies: { 200: GloveCounts },
      read: async () => ok(counts()),
    }),
    readRoute({
      method: 'GET',
      path: '/api/gloves/:name',
      remote: 'venue_only',
      access: onlookers,
      tag: 'gloves',
      summary: 'One glove',
      params,
      replies: { 200: Glove },
      read: async ({ params: { name } }, reader) => ok(named(await every(reader), name)),
    }),
    writeRoute({
      method: 'PATCH',
      path: '/api/gloves/:name',
      access: staff,
      tag: 'gloves',
      summary: 'Give a glove its station, its hand, its scale, or say whether it rescales itself',
      params,
      body: GloveChange,
      remote: 'venue_only',
      replies: { 200: Glove },
      write(tx, { params: { name }, body }) {
        gloves.change(tx, name, body);
        return ok(named(everyWithin(tx), name));
      },
    }),
    writeRoute({
      method: 'POST',
      path: '/api/gloves/:name/feedback',
      access: staff,
      tag: 'gloves',
      summary: 'Let the wearer feel something: force on each finger, vibration',
      params,
      body: GloveFeedback,
      remote: 'venue_only',
      replies: { 204: 'sent' },
      write(tx, { params: { name }, body }) {
        gloves.gloveNamed(tx, name);
        feel(name, body);
        return noContent;
      },
    }),
  ];
};
