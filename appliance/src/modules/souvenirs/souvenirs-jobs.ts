import { z } from 'zod';
import type { Database } from '../../platform/database/database.ts';
import { defineJob, defineJobKind } from '../../platform/jobs/job.ts';
import type { SouvenirStudio } from './souvenir-studio.ts';
import type { SouvenirsService } from './souvenirs-service.ts';

export const renderSouvenir = defineJobKind('souvenir.render', z.object({ game_id: z.uuid() }));

export interface RenderJobDeps {
  souvenirs: SouvenirsService;
  studio: SouvenirStudio;
  database: Pick<Database, 'now'>;
}

/** Draws what a completed game is owed. Drawn again after a crash: the same content makes the same files. */
export const renderSouvenirJob = ({ souvenirs, studio, database }: RenderJobDeps) =>
  defineJob({
    ...renderSouvenir,
    maxAttempts: 5,
    timeoutMs: 60_000,
    priority: 'low',
    async prepare({ game_id }) {
      const order = souvenirs.orderOf(database.now, game_id);
      if (order === null) return null;
      return { files: await studio.make(order.content, order.photo), photo: order.photo };
    },
    write(tx, { game_id }, made) {
      if (made !== null) souvenirs.rendered(tx, game_id, made.files, made.photo);
    },
    died: (tx, { game_id }) => souvenirs.failed(tx, game_id),
  });
