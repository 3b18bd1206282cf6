import type { Role } from '../../../contract/auth.ts';
import { GloveControlPayload } from '../../../contract/glove-control.ts';
import { defineTopic, handledBy, nobody, type Topic } from '../../platform/mqtt/topic.ts';

const itself = [{ roles: ['glove'], own: true }] as const;
/** Who shows what a glove does, and plays with it. */
export const onlookers: readonly Role[] = ['admin', 'staff', 'tablet', 'rig', 'screen'];

/** More samples at once than any glove sends: a second of a fast one with many channels. */
const longestFrame = 32 * 1_024;

/**
 * What a glove measures. The appliance sends here, too, what it hears from gloves on serial lines and sockets, so that
 * whoever follows a glove need not know how it reaches the venue.
 */
export const gloveStreamTopic = defineTopic({
  name: 'glove_stream',
  path: 'glove/{id}/stream',
  direction: 'receive',
  qos: 0,
  retained: false,
  payload: 'binary',
  maxBytes: longestFrame,
  publish: itself,
  subscribe: [{ roles: onlookers }],
  summary:
    'Samples of a glove, a few in each binary frame; of gloves on serial lines and sockets the appliance sends them',
});

export const gloveControlTopic = defineTopic({
  name: 'glove_control',
  path: 'glove/{id}/control',
  direction: 'send',
  qos: 0,
  retained: false,
  payload: GloveControlPayload,
  publish: nobody,
  subscribe: [...itself, { roles: onlookers }],
  summary: 'To a glove and whoever plays with it: force and vibration, paddle position, swings',
});

export interface FrameTaker {
  /** A frame as bytes, from the glove of this name. */
  frame(glove: string, bytes: Uint8Array, receivedAtMs: number): void;
}

export const glovesTopics = (intake: FrameTaker): Topic[] => [
  handledBy(gloveStreamTopic, ({ params, payload, receivedAt }) =>
    intake.frame(params.id, payload, receivedAt),
  ) as unknown as Topic,
  gloveControlTopic as unknown as Topic,
];
