/** What became of handing a text to a carrier. `unknown`: it may or may not have been taken; never blindly repeated. */
export interface CarrierResult {
  state: 'sent' | 'failed' | 'unknown';
  reason: string | null;
}

/** A way for texts to leave the venue. */
export interface Carrier {
  readonly name: string;
  send(text: { id: string; to: string; body: string }, signal: AbortSignal): Promise<CarrierResult>;
}

/** Sends nothing: staff read the text in the outbox and tell the guest. For labs, and for venues without a carrier. */
export const logCarrier: Carrier = {
  name: 'log',
  send: async () => ({ state: 'sent', reason: null }),
};
