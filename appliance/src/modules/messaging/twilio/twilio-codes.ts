import type { HandOver } from '../carrier.ts';

type Refused = Omit<Extract<HandOver, { state: 'refused' }>, 'state' | 'retryAfterMs'>;

const forGood = (reason: string): Refused => ({ reason, retry: false });
const invalidNumber = forGood('invalid_number');
const credentials = forGood('credentials');
const badSender = forGood('bad_sender');
const rateLimited: Refused = { reason: 'rate_limited', retry: true };

/** Why Twilio refuses a new message (twilio.com/docs/api/errors), as far as staff can do something about it. */
const refusals: Readonly<Record<number, Refused>> = {
  14107: rateLimited,
  20003: credentials,
  20005: credentials,
  20429: rateLimited,
  21211: invalidNumber,
  21212: badSender,
  21217: invalidNumber,
  21408: forGood('region_not_allowed'),
  21421: invalidNumber,
  21602: forGood('rejected'),
  21603: badSender,
  21606: badSender,
  21607: badSender,
  21608: forGood('unverified_number'),
  21609: { reason: 'bad_callback', retry: true },
  21610: { reason: 'opted_out', retry: false, optedOut: true },
  21611: rateLimited,
  21612: forGood('region_not_allowed'),
  21614: forGood('not_a_mobile'),
  21617: forGood('too_long'),
  21659: badSender,
  21660: badSender,
  21703: badSender,
  30002: credentials,
  63038: { reason: 'daily_limit', retry: false },
};

/** What a refusal in Twilio's own words means; of a code nobody listed no more than that it is one. */
export function refusalOf(status: number, code: number): Refused {
  const listed = refusals[code];
  if (listed !== undefined) return listed;
  if (status === 429) return rateLimited;
  return status === 401 || status === 403 ? credentials : forGood('rejected');
}

/** Why a text that was taken did not arrive. */
const deliveryReasons: Readonly<Record<number, string>> = {
  21610: 'opted_out',
  30001: 'rate_limited',
  30002: 'credentials',
  30003: 'phone_unreachable',
  30004: 'blocked',
  30005: 'invalid_number',
  30006: 'not_a_mobile',
  30007: 'filtered',
  30034: 'sender_not_registered',
  30036: 'too_late',
};
export const deliveryReason = (code: number | null): string =>
  (code === null ? undefined : deliveryReasons[code]) ?? 'undelivered';
