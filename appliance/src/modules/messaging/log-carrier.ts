import type { Carrier, HandOver } from './carrier.ts';

const forStaff: HandOver = { state: 'taken', reference: null, reason: 'staff_tell' };

/** Sends nothing: staff read the text in the outbox and tell the guest. For labs, and for venues without a carrier. */
export const logCarrier: Carrier = {
  name: 'log',
  pace: { burst: 1_000, perMinute: 60_000 },
  atOnce: 64,
  answerable: false,
  health: () => ({ available: true, reason: null }),
  send: async () => forStaff,
  lookUp: async () => forStaff,
  start() {},
  stop: async () => {},
};
