import type { SignedIn } from './clients.ts';
import type { FailClosed } from './fail-closed.ts';
import type { BrokerLimits } from './limits.ts';
import type { Outcome, Receiver } from './receiver.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { QoS } from './topic.ts';
import { isDeeperThan } from './topic-path.ts';

export interface Sent {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: QoS;
  readonly retain: boolean;
}

export interface Intake {
  /** Hands a message to its handler. `settle` learns the outcome, in the order in which a client's messages came. */
  message(sender: SignedIn, sent: Sent, settle: (outcome: Outcome) => void): void;
  /** The same for a last will, which waits for handlers but not for aedes: its connection is gone. */
  will(sender: SignedIn, sent: Sent, settle: (outcome: Outcome) => void): void;
}

/** The one way in for what clients publish, whoever has read it from the connection. */
export function createIntake(
  receiver: Receiver,
  refusals: RefusalLog,
  limits: BrokerLimits,
  failClosed: FailClosed,
): Intake {
  const receive = ({ identity }: SignedIn, { topic, payload, retain }: Sent, will: boolean) => {
    if (!isDeeperThan(limits.topicLevels, topic)) {
      return receiver.receive({ topic, payload, retain, will, identity });
    }
    refusals.request('too_many_levels', identity);
    return 'refused';
  };
  return {
    message(sender, sent, settle) {
      const { client, lane, order } = sender;
      lane.enter(receive(sender, sent, false), (outcome) => {
        failClosed(client, undefined, () => order.next(sent.qos, () => settle(outcome)));
      });
    },
    will(sender, sent, settle) {
      sender.lane.enter(receive(sender, sent, true), (outcome) => {
        failClosed(sender.client, undefined, () => settle(outcome));
      });
    },
  };
}
