import { z } from 'zod';
import type { HandOver } from '../carrier.ts';
import type { Exchange } from './twilio-api.ts';
import { refusalOf } from './twilio-codes.ts';
import { CreatedMessage } from './twilio-messages.ts';

/** Twilio says no in JSON with a code of its own. */
const Refusal = z.object({ code: z.number() });

const notTwilio: HandOver = { state: 'refused', reason: 'not_twilio', retry: true };
const unknown = (reason: string): HandOver => ({ state: 'unknown', reason, reference: null });

/**
 * What became of a text, from the way its request ended. `refused` is said where it is sure alone:
 * - no connection was made, so nothing was sent;
 * - Twilio refuses in its own words (4xx). Of 429 it says that the request was never processed; of 5xx it does not,
 *   and a text may have been taken before the fault: unknown
 *   (support.twilio.com, "Twilio API response Error 429", "Handling Twilio REST API Error Codes");
 * - somebody on the way answers in Twilio's stead: a gate that sends elsewhere (3xx), asks for a sign-in (407, 511),
 *   forbids without Twilio's code, or shows a page where Twilio says 201. It did not pass the request on.
 */
export function handOverOf(exchange: Exchange): HandOver {
  if (exchange === 'not_sent') return { state: 'refused', reason: 'unreachable', retry: true };
  if (exchange === 'lost') return unknown('no_answer');
  const { status, json, isMarkup, retryAfterMs } = exchange;
  if (status === 511 || (status >= 300 && status < 400)) return notTwilio;
  if (status >= 500) return unknown('server_error');
  if (status >= 400) {
    const refusal = Refusal.safeParse(json);
    if (!refusal.success && status !== 429) return notTwilio;
    const refused = refusalOf(status, refusal.data?.code ?? 0);
    const wait = refused.retry && retryAfterMs !== undefined ? { retryAfterMs } : {};
    return { state: 'refused', ...refused, ...wait };
  }
  const created = CreatedMessage.safeParse(json);
  if (created.success) return { state: 'taken', reference: created.data.sid };
  return status === 200 && isMarkup ? notTwilio : unknown('unreadable_answer');
}

/** Why the carrier is not available after that, or null when it is. */
export function troubleIn(exchange: Exchange): string | null {
  if (typeof exchange === 'string') return 'unreachable';
  const { status, json } = exchange;
  if (status >= 500 && status !== 511) return 'server_error';
  if (status < 300) return json === undefined ? 'not_twilio' : null;
  const ending = handOverOf(exchange);
  const grave = ending.state === 'refused' && ['credentials', 'not_twilio'].includes(ending.reason);
  return grave ? ending.reason : null;
}
