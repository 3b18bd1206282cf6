import { z } from 'zod';
import { Id } from '../../../contract/common.ts';
import { PhotoReply } from '../../../contract/players.ts';
import type { Database } from '../../platform/database/database.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { ok, type Route, writeRoute } from '../../platform/http/route.ts';
import type { MediaStore } from '../../platform/images/media-store.ts';
import { acceptPhoto, inspectPhoto, photoLimits } from '../../platform/images/photo-intake.ts';
import type { PicturePress } from '../../platform/images/picture-press.ts';
import { type PlayersModule, playerProblems } from '../players/index.ts';
import type { SouvenirsService } from './souvenirs-service.ts';

export interface PhotoRoutesDeps {
  souvenirs: Pick<SouvenirsService, 'photoChanged'>;
  players: Pick<PlayersModule, 'consentsOf' | 'setPhoto'>;
  database: Pick<Database, 'now'>;
  media: Pick<MediaStore, 'put'>;
  press: PicturePress;
}

export const photoRoutes = ({ souvenirs, players, database, media, press }: PhotoRoutesDeps): Route[] => [
  writeRoute<{ id: string }, unknown, Buffer, { file: string; width: number; height: number }>({
    method: 'PUT',
    path: '/api/players/:id/photo',
    access: ['admin', 'staff', 'tablet', 'player'],
    tag: 'players',
    summary: 'Give a player a photo for the souvenir: JPEG, PNG or WebP; they must have agreed',
    params: z.object({ id: Id }),
    body: 'bytes',
    bodyLimit: photoLimits.bytes,
    replies: { 200: PhotoReply },
    async prepare({ params: { id }, principal, body }) {
      if (principal.role === 'player' && principal.playerId !== id) throw new Problem(httpProblems.not_found);
      // Asked before the picture is looked at, and again when it is stored.
      if (!players.consentsOf(database.now, id).photo) {
        throw new Problem(playerProblems.consent_required, undefined, { consent: 'photo' });
      }
      await inspectPhoto(body);
      const { jpeg, width, height } = await press.run(() => acceptPhoto(body), 'awaited');
      const { file } = await media.put(jpeg, 'jpg');
      return { file, width, height };
    },
    write(tx, { params: { id } }, { file, width, height }) {
      players.setPhoto(tx, id, file);
      souvenirs.photoChanged(tx, id);
      return ok({ player_id: id, width, height });
    },
  }),
];
