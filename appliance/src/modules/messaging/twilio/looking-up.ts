import type { HandOver, OutgoingText, UnclearHandover } from '../carrier.ts';
import type { HandedOver } from './handed-over.ts';
import { isOk, listMessages } from './message-list.ts';
import type { Sender } from './sender.ts';
import type { TwilioApi } from './twilio-api.ts';
import { ageOf, CreatedMessage, isIncoming, type TwilioMessage } from './twilio-messages.ts';

/** Clocks show whole seconds, and a request takes its time. */
const tolerateMs = 30_000;

export interface LookingUpDeps {
  readonly api: TwilioApi;
  readonly sender: Sender;
  readonly handedOver: HandedOver;
}

/** Finds out what became of a text whose handing over had no clear end. */
export function createLookUp({ api, sender, handedOver }: LookingUpDeps) {
  async function byReference(sid: string, signal: AbortSignal): Promise<HandOver> {
    const answer = await api.get(`/Messages/${encodeURIComponent(sid)}.json`, signal);
    if (typeof answer !== 'string' && isMissing(answer.status, answer.json)) return notTaken;
    const found = isOk(answer) && CreatedMessage.safeParse(answer.json).success;
    return found ? { state: 'taken', reference: sid } : { ...stillUnknown, reference: sid };
  }

  /** Not by the date of sending: a message that waits to be sent has none, and such a list would leave it out. */
  async function bySearch(
    text: OutgoingText,
    { at, isTaken }: UnclearHandover,
    signal: AbortSignal,
  ): Promise<HandOver> {
    const { ageMs, isSettled } = handedOver.since(text.id, at);
    const list = await listMessages(api, { To: text.to }, Number.POSITIVE_INFINITY, signal);
    if (list === null) return stillUnknown;
    const found = list.messages.findLast(
      (message) =>
        !isIncoming(message) &&
        message.to === text.to &&
        ageOf(message, list.now) <= ageMs + tolerateMs &&
        sender.isOurs(message) &&
        saysTheSame(message, text) &&
        !handedOver.isOfAnother(message.sid, text.id) &&
        !isTaken(message.sid),
    );
    if (found !== undefined) return { state: 'taken', reference: found.sid };
    return isSettled && list.isWhole ? notTaken : stillUnknown;
  }

  return (text: OutgoingText, handover: UnclearHandover, signal: AbortSignal) =>
    handover.reference === null ? bySearch(text, handover, signal) : byReference(handover.reference, signal);
}

const notTaken = { state: 'refused', reason: 'not_taken', retry: true } as const satisfies HandOver;
const stillUnknown = { state: 'unknown', reason: 'no_answer', reference: null } as const satisfies HandOver;

const isMissing = (status: number, json: unknown): boolean =>
  status === 404 && typeof json === 'object' && json !== null && 'code' in json;

/**
 * By letters and digits, because SmartEncoded puts plain punctuation for typographic; with anything before, because
 * trial accounts do; and an account that keeps no texts shows none, which speaks against sending again.
 */
function saysTheSame({ body }: TwilioMessage, text: OutgoingText): boolean {
  const plain = (words: string) => words.normalize('NFKD').replace(/[^\p{L}\p{N}]/gu, '');
  return body == null || body === '' || plain(body).endsWith(plain(text.body));
}
