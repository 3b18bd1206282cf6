import { z } from 'zod';
import { GuestAnswer } from '../../../contract/games.ts';
import type { ResultSummary } from '../../../contract/progress.ts';
import type { SouvenirOutput } from '../../../contract/souvenirs.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { Problem } from '../../platform/errors.ts';
import { httpProblems } from '../../platform/http/http-problems.ts';
import { minutes } from '../../platform/http/remote.ts';
import { html, type Reply, type Route, readRoute, writeRoute } from '../../platform/http/route.ts';
import { allAttractions } from '../attractions/index.ts';
import { type GameWithPlayer, gameByCode } from '../games/index.ts';
import { type FloorReader, placeInLine } from '../queue/index.ts';
import type { RepliesModule } from '../replies/index.ts';
import { momentOf } from './guest-moment.ts';
import { canLeave, type GuestPage, guestPage, leavePage, nothingHerePage } from './guest-page.ts';
import { guestPageScript } from './guest-page-script.ts';
import type { SouvenirCounter } from './souvenir-counter.ts';
import { typedCode } from './souvenirs.ts';
import { souvenirOf } from './souvenirs-store.ts';

export interface GuestPageRoutesDeps {
  counter: SouvenirCounter;
  floor: FloorReader;
  replies: Pick<RepliesModule, 'answerOnPage'>;
  /** What a glove measured in a game; null when nothing was recorded. */
  measuredIn(reader: Reader, gameId: string): Promise<ResultSummary | null>;
  siteName: string;
  /** SVG document. */
  wordmark: string;
}

const Code = z.string().max(32).transform(typedCode);

const outputs: Readonly<Record<string, SouvenirOutput>> = {
  'print.jpg': 'print',
  'story.jpg': 'story',
  'thumbnail.webp': 'thumbnail',
};

export const guestPageRoutes = (deps: GuestPageRoutesDeps): Route[] => [
  readRoute({
    method: 'GET',
    path: '/s/:code',
    access: 'public',
    tag: 'souvenirs',
    summary: 'A guest’s own page: place and wait, then score and souvenir; works without a script',
    params: z.object({ code: Code }),
    replies: { 200: 'text/html', 404: 'text/html: no such code', 410: 'text/html: its time is over' },
    async read({ params: { code }, at }, reader) {
      const game = await reader.get(gameByCode, { code });
      if (game === undefined) return nothingHere(deps);
      const page = await pageOf(deps, game, at, reader);
      const gone = page.moment.kind === 'played' && page.moment.souvenir === 'expired';
      return itsOwn(html(gone ? 410 : 200, guestPage(page)));
    },
  }),
  readRoute({
    method: 'GET',
    path: '/s/:code/leave',
    access: 'public',
    tag: 'souvenirs',
    summary: 'Asks a guest once more whether to leave the list',
    params: z.object({ code: Code }),
    replies: {
      200: 'text/html',
      303: 'to the guest’s page: there is nothing to leave',
      404: 'text/html: no such code',
    },
    async read({ params: { code }, at }, reader) {
      const game = await reader.get(gameByCode, { code });
      if (game === undefined) return nothingHere(deps);
      const page = await pageOf(deps, game, at, reader);
      return canLeave(page) ? itsOwn(html(200, leavePage(page))) : backTo(game.code);
    },
  }),
  writeRoute({
    method: 'POST',
    path: '/s/:code/:answer',
    access: 'public',
    tag: 'souvenirs',
    summary: 'A guest’s answer on their own page; whatever it does, the page says what is true then',
    params: z.object({ code: Code, answer: GuestAnswer }),
    remote: { expiresAfterMs: minutes(10) },
    replies: { 303: 'to the guest’s page', 404: 'text/html: no such code' },
    write(tx, { params: { code, answer } }) {
      const game = tx.get(gameByCode, { code });
      if (game === undefined) return nothingHere(deps);
      deps.replies.answerOnPage(tx, game, answer);
      return backTo(game.code);
    },
  }),
  readRoute({
    method: 'GET',
    path: '/s/renew.js',
    access: 'public',
    tag: 'souvenirs',
    summary: 'The script by which a guest’s page renews itself in place',
    replies: { 200: 'text/javascript' },
    read: async () => ({
      status: 200,
      body: guestPageScript,
      headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=3600' },
    }),
  }),
  readRoute({
    method: 'GET',
    path: '/s/:code/:file',
    access: 'public',
    tag: 'souvenirs',
    summary: 'A picture of a guest’s page: print.jpg, story.jpg, thumbnail.webp',
    params: z.object({ code: Code, file: z.string() }),
    query: z.object({ download: z.string().optional() }),
    replies: {
      200: 'image/jpeg or image/webp',
      202: 'it is being made',
      304: 'the caller has it',
      410: 'its time is over',
    },
    async read({ params: { code, file }, query, at, headers }, reader) {
      const output = outputs[file];
      const game = await reader.get(gameByCode, { code });
      if (output === undefined || game === undefined) throw new Problem(httpProblems.not_found);
      const souvenir = await reader.get(souvenirOf, { game_id: game.id });
      const download = query.download !== undefined;
      return deps.counter.handOut(reader, {
        game,
        souvenir,
        output,
        at,
        known: headers['if-none-match'],
        download,
      });
    },
  }),
];

/**
 * Nobody else's to keep or to find. Its own forms say where they come from, so that they are taken also from a browser
 * in which somebody is signed in.
 */
const itsOwn = (page: Reply): Reply => ({
  ...page,
  headers: {
    ...page.headers,
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex',
    'referrer-policy': 'same-origin',
  },
});

const nothingHere = ({ siteName, wordmark }: GuestPageRoutesDeps): Reply =>
  itsOwn(html(404, nothingHerePage(siteName, wordmark)));

/** By GET, so that nothing is sent twice when the page is loaded anew. */
const backTo = (code: string): Reply => itsOwn({ status: 303, headers: { location: `/s/${code}` } });

async function pageOf(
  { floor: floorReader, measuredIn, siteName, wordmark }: GuestPageRoutesDeps,
  game: GameWithPlayer,
  now: number,
  reader: Reader,
): Promise<GuestPage> {
  const floor = await floorReader.floor(reader);
  const souvenir = await reader.get(souvenirOf, { game_id: game.id });
  const measured = game.state === 'completed' ? await measuredIn(reader, game.id) : null;
  const place = placeInLine(floor, game.id);
  const moment = momentOf({ game, souvenir, floor, place, measured, now });
  const attractions = await reader.all(allAttractions, {});
  return {
    siteName,
    wordmark,
    moment,
    attraction: game.attraction,
    attractionName: attractions.find(({ id }) => id === game.attraction)?.name ?? game.attraction,
    ticket: game.ticket,
    name: game.player_name,
    path: `/s/${game.code}`,
    said: game.answer,
  };
}
