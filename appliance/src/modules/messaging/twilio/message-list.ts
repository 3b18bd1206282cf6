import type { Answer, Exchange, TwilioApi } from './twilio-api.ts';
import { ageOf, MessagePage, type TwilioMessage } from './twilio-messages.ts';

const pageSize = 100;
const mostPages = 20;

export interface MessageList {
  /** Newest first. */
  readonly messages: readonly TwilioMessage[];
  /** Twilio's clock, epoch milliseconds. */
  readonly now: number;
  /** False when there were more than are ever read. */
  readonly isWhole: boolean;
}

/**
 * The messages that fit `filter`, from the newest back to the first page that ends with one older than `maxAgeMs` by
 * Twilio's clock. Twilio orders by the moment of sending; one that waits to be sent has none and may stand anywhere.
 * Null when Twilio did not answer, or not in a form that is understood.
 */
export async function listMessages(
  api: TwilioApi,
  filter: Readonly<Record<string, string>>,
  maxAgeMs: number,
  signal: AbortSignal,
): Promise<MessageList | null> {
  const messages: TwilioMessage[] = [];
  const query = new URLSearchParams({ ...filter, PageSize: String(pageSize) });
  let next: string | null = `/Messages.json?${query}`;
  let now: number | undefined;
  for (let pages = 0; next !== null && pages < mostPages; pages += 1) {
    const answer: Exchange = await api.get(next, signal);
    if (!isOk(answer)) return null;
    const page = MessagePage.safeParse(answer.json);
    if (!page.success) return null;
    now ??= answer.date;
    messages.push(...page.data.messages);
    const last = page.data.messages.findLast(({ date_sent }) => date_sent != null);
    const goesOn = last === undefined || ageOf(last, now) <= maxAgeMs;
    next = goesOn ? (page.data.next_page_uri ?? null) : null;
  }
  return now === undefined ? null : { messages, now, isWhole: next === null };
}

export const isOk = (exchange: Exchange): exchange is Answer =>
  typeof exchange !== 'string' && exchange.status === 200;
