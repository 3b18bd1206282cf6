import { z } from 'zod';
import type { Role } from '../../../../contract/auth.ts';
import { Id } from '../../../../contract/common.ts';
import { DeviceName } from '../../../../contract/devices.ts';
import {
  CalibrationAction,
  CalibrationInput,
  CalibrationProgress,
  GloveCalibrationList,
} from '../../../../contract/glove-calibration.ts';
import { Problem } from '../../../platform/errors.ts';
import { httpProblems } from '../../../platform/http/http-problems.ts';
import { created, noContent, ok, type Route, readRoute, writeRoute } from '../../../platform/http/route.ts';
import { calibrationView } from './calibration-rows.ts';
import type { CalibrationService } from './calibration-service.ts';
import { calibrationsOfPlayer } from './calibration-store.ts';

/** Who stands beside a glove: staff, and the screen that guides the guest. */
const beside: readonly Role[] = ['admin', 'staff', 'tablet', 'rig', 'screen'];
const params = z.object({ name: DeviceName });
const mostListed = 100;

export const calibrationRoutes = (calibrations: CalibrationService): Route[] => [
  writeRoute({
    method: 'POST',
    path: '/api/gloves/:name/calibration',
    access: beside,
    tag: 'gloves',
    summary: 'Begin to calibrate a glove, or to check the calibration that it has',
    params,
    body: CalibrationInput,
    remote: 'venue_only',
    replies: { 201: CalibrationProgress },
    write: (tx, { params: { name }, body }) => created(calibrations.start(tx, name, body)),
  }),
  readRoute({
    method: 'GET',
    path: '/api/gloves/:name/calibration',
    remote: 'venue_only',
    access: beside,
    tag: 'gloves',
    summary: 'How far it is, what the guest is to do, where each finger is',
    params,
    replies: { 200: CalibrationProgress },
    read: async ({ params: { name } }) => ok(calibrations.progress(name)),
  }),
  writeRoute({
    method: 'POST',
    path: '/api/gloves/:name/calibration/save_travel',
    access: beside,
    tag: 'gloves',
    summary: 'Have a glove that rescales itself keep the travel of its fingers',
    params,
    remote: 'venue_only',
    replies: { 204: 'written to the glove, which does not answer' },
    write(tx, { params: { name } }) {
      calibrations.saveTravel(tx, name);
      return noContent;
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/api/gloves/:name/calibration/:action',
    access: beside,
    tag: 'gloves',
    summary: 'Confirm what was found, do a phase again, skip it, or cancel',
    params: params.extend({ action: CalibrationAction.exclude(['save_travel']) }),
    remote: 'venue_only',
    replies: { 200: CalibrationProgress },
    write: (tx, { params: { name, action } }) => ok(calibrations.act(tx, name, action)),
  }),
  readRoute({
    method: 'GET',
    path: '/api/players/:id/calibrations',
    access: ['admin', 'staff', 'player'],
    tag: 'gloves',
    summary: 'The newest hundred calibrations of a player, newest first; staff, and the player themselves',
    params: z.object({ id: Id }),
    replies: { 200: GloveCalibrationList },
    async read({ params: { id }, principal }, reader) {
      if (principal.role === 'player' && principal.playerId !== id) {
        throw new Problem(httpProblems.not_found);
      }
      const rows = await reader.all(calibrationsOfPlayer, { player_id: id, limit: mostListed });
      return ok({ items: rows.map(calibrationView) });
    },
  }),
];
