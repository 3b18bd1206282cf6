/**
 * Replies: what guests say, by text or on their own page, and what follows from it.
 *
 * Owns `incoming_texts`. Calls players (opt-outs), games (the step, as the guest), messaging (the text back). Publishes
 * `reply.changed`.
 */
import type { Database } from '../../platform/database/database.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { IncomingText } from '../messaging/index.ts';
import { replyChanged } from './replies-events.ts';
import { repliesRoutes } from './replies-routes.ts';
import { createRepliesService, type RepliesServiceDeps } from './replies-service.ts';
import { incomingTexts } from './replies-tables.ts';

export { countOpenReplies } from './replies-store.ts';

export const replyTables = [incomingTexts];

export interface RepliesModuleDeps extends RepliesServiceDeps {
  database: Database;
  live: LiveFeed;
}

export function createRepliesModule(deps: RepliesModuleDeps) {
  const { database, events, live } = deps;
  const service = createRepliesService(deps);
  events.listen(replyChanged, () => live.changed('replies'));
  return {
    routes: repliesRoutes(service),
    answerOnPage: service.answerOnPage,
    /**
     * A text came in. Durable when it resolves; told again of the same one, by its carrier's reference, it does
     * nothing.
     */
    incoming: (carrier: string, text: IncomingText): Promise<void> =>
      database.write((tx) => service.take(tx, carrier, text)),
  };
}
export type RepliesModule = ReturnType<typeof createRepliesModule>;
