import type { HandOver } from '../carrier.ts';

type Refused = Extract<HandOver, { state: 'refused' }>;

/** The numbers that `+CMS ERROR` gives a reason with: 3GPP TS 24.011 annex E, TS 23.040 section 9.2.3.22, TS 27.005 3.2.5. */
const permanent: ReadonlyMap<number, string> = new Map([
  ...codes('bad_number', 1, 28, 30, 195),
  ...codes('barred', 8, 10, 196),
  ...codes('not_subscribed', 50, 69, 193),
  ...codes('network_rejected', 21, 29, 95, 96, 97, 99, 111, 128, 129, 143, 144, 145, 159, 176, 197, 198, 199),
  ...codes('modem_refused', 303, 304, 305),
]);
const temporary: ReadonlyMap<number, string> = new Map([
  ...codes('network_busy', 22, 27, 38, 41, 42, 47, 81, 98, 127, 192, 194, 255),
  ...codes('no_network', 331),
  ...codes('no_service_centre', 330),
  ...codes('sim_missing', 310),
  ...codes('sim_pin', 311, 312, 316, 317, 318),
  ...codes('sim_failure', 313, 314, 315),
]);
/** The network was asked and did not answer in time: it may have the text. */
const networkTimeout = 332;

/** What a modem's error says of a text: `unknown` where it may have left nevertheless. */
export function refusalOf(
  family: 'CMS' | 'CME' | null,
  code: number | null,
): Exclude<HandOver, { state: 'taken' }> {
  if (family !== 'CMS' || code === null) return refusedForNow('modem_error');
  if (code === networkTimeout) return { state: 'unknown', reason: 'network_timeout', reference: null };
  const reason = permanent.get(code);
  return reason === undefined ? refusedForNow(temporary.get(code) ?? 'modem_error') : refusedForGood(reason);
}

export const refusedForNow = (reason: string): Refused => ({ state: 'refused', reason, retry: true });
export const refusedForGood = (reason: string): Refused => ({ state: 'refused', reason, retry: false });

function codes(reason: string, ...numbers: number[]): [number, string][] {
  return numbers.map((number) => [number, reason]);
}
