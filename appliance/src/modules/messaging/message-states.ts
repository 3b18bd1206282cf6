import type { MessageState } from '../../../contract/messaging.ts';

/** What can happen to a text. */
export type Happening =
  /** Given to a carrier. */
  | 'handed_over'
  /** The carrier has it. */
  | 'taken'
  /** The carrier surely does not have it, and somebody may be asked again. */
  | 'put_back'
  /** Nobody takes it. */
  | 'refused'
  /** Nobody can say whether the carrier has it. */
  | 'lost_sight_of'
  /** Delivery reports. */
  | 'reported_sent'
  | 'reported_delivered'
  | 'reported_failed'
  /** It would come too late. */
  | 'expired'
  /** It must not be sent, or need not. */
  | 'dropped';

type Steps = Readonly<Partial<Record<Happening, MessageState>>>;

/** A report proves that the text left, whatever we knew of it until then. */
const reports = {
  reported_sent: 'sent',
  reported_delivered: 'delivered',
  reported_failed: 'failed',
} as const satisfies Steps;

/** What is not listed changes nothing: it is late, repeated, or knows less than we do. */
const steps: Readonly<Record<MessageState, Steps>> = {
  pending: { handed_over: 'sending', refused: 'failed', expired: 'expired', dropped: 'dropped' },
  sending: { taken: 'sent', put_back: 'pending', refused: 'failed', lost_sight_of: 'unknown', ...reports },
  unknown: { taken: 'sent', put_back: 'pending', refused: 'failed', ...reports },
  sent: { reported_delivered: 'delivered', reported_failed: 'failed' },
  // A phone that says it has the text is right, whatever a network on the way said before.
  failed: { reported_delivered: 'delivered' },
  delivered: {},
  expired: {},
  dropped: {},
};

/** The state after something has happened, pure: the same state when that has no place in it. */
export const stateAfter = (state: MessageState, happening: Happening): MessageState =>
  steps[state][happening] ?? state;
