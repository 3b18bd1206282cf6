import type { ProgressReply } from '../../../contract/progress.ts';
import type { Reader } from '../../platform/database/transaction.ts';
import { analysesOfGame, eventsOfGame } from './progress-store.ts';
import { failureView, progressView } from './progress-view.ts';

/**
 * How far the analysis of a game is: what stands, also while a newer algorithm looks at it; null when nothing of the
 * game was recorded.
 */
export async function progressOf(
  reader: Reader,
  gameId: string,
): Promise<ProgressReply | { state: 'pending'; processing_event_id: string } | null> {
  const events = await reader.all(eventsOfGame, { game_id: gameId });
  const [newest] = events;
  if (newest === undefined) return null;
  for (const analysis of await reader.all(analysesOfGame, { game_id: gameId })) {
    const event = events.find(({ id }) => id === analysis.processing_event_id);
    if (event?.state === 'done') return progressView(analysis, event);
  }
  if (events.some(({ state }) => state === 'pending'))
    return { state: 'pending', processing_event_id: newest.id };
  return failureView(newest);
}
