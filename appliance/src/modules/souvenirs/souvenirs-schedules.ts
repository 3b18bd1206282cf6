import { defineSchedule } from '../../platform/scheduling/schedules.ts';
import type { SouvenirKeeper } from './souvenir-keeper.ts';

/** Before the doors open: the pictures of a month ago go, and what was left lying about. */
export const tidyMedia = (keeper: SouvenirKeeper) =>
  defineSchedule({ name: 'souvenirs.tidy', cron: '20 5 * * *', missed: 'run_once', run: keeper.tidy });
