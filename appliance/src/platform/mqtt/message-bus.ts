import type { ParamsOf, SendableOf, Topic } from './topic.ts';

/** What modules see of MQTT, whether the broker is embedded or somewhere else. */
export interface MessageBus {
  /**
   * Sends to whoever subscribes, with the quality of service and retain flag of the topic. It returns when the
   * message is handed over, waits for nobody, and throws only when the topic does not take this payload. While the
   * bus is not running nothing is sent: retained state is published again from the database at every start.
   */
  publish<T extends Topic>(topic: T, params: ParamsOf<T>, payload: SendableOf<T>): void;
  /** Forgets the retained message. */
  clear<T extends Topic>(topic: T, params: ParamsOf<T>): void;
  /** Closes every connection of this name, signs nobody in who was about to be, and forgets its sessions. */
  disconnect(name: string): void;
}
