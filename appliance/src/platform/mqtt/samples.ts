import type { SignedIn } from './clients.ts';
import type { SampleTaker } from './connection.ts';
import type { FailClosed } from './fail-closed.ts';
import type { FanOut } from './fan-out.ts';
import type { Intake } from './intake.ts';
import type { Sample } from './sample-reader.ts';

export interface SampleParts {
  readonly intake: Intake;
  readonly fanOut: FanOut;
  readonly failClosed: FailClosed;
  /** The ordinary way to the readers. */
  readonly publish: (sample: Sample) => void;
}

/**
 * What happens to a sample that aedes never sees: the same permission, payload check and handler, in the same order
 * among the other messages of its sender. Nothing is taken while a handler lets a message wait: aedes then stops
 * reading, and so a sender cannot outrun the handlers.
 */
export const takeSamplesOf = (
  sender: SignedIn,
  { intake, fanOut, failClosed, publish }: SampleParts,
): SampleTaker => ({
  caughtUp: () => sender.lane.idle(),
  forgetsAcknowledgements: sender.client.clean,
  take(sample) {
    const { topic, payload, packet } = sample;
    failClosed(sender.client, undefined, () => {
      const message = { topic, payload, qos: 0, retain: false } as const;
      intake.message(sender, message, (outcome) => {
        if (outcome === 'accepted' && !fanOut.send(message, packet)) publish(sample);
      });
    });
  },
});
