import type { Server } from 'node:http';
import type { Broker } from './broker.ts';
import type { MessageBus } from './message-bus.ts';

/** The bus as the appliance runs it: over a broker of its own, or over a link to another. */
export interface MqttTransport extends MessageBus {
  /**
   * `restore` publishes the retained state of the database. It runs before anybody can subscribe here, and again
   * whenever an outside broker may have missed some of it. Resolves with the port that devices of the venue connect
   * to on this machine; with null when they connect elsewhere, and then without waiting for it to be there.
   */
  start(restore: () => void | Promise<void>): Promise<number | null>;
  /** Why devices can be neither heard nor told anything now; null when they can. */
  trouble(): string | null;
  /** Waits for the handlers that run. */
  stop(): Promise<void>;
}

export interface EmbeddedPlace {
  readonly port: number;
  readonly host: string;
  /** Serves MQTT over WebSocket, too, to pages of its own origin. */
  readonly server: Server;
}

/** The embedded broker as a transport. */
export const embeddedTransport = (broker: Broker, { port, host, server }: EmbeddedPlace): MqttTransport => ({
  publish: broker.publish,
  clear: broker.clear,
  disconnect: broker.disconnect,
  async start(restore) {
    const listening = await broker.start({ port, host, restore });
    broker.attach(server, '/mqtt', { origins: [] });
    return listening.port;
  },
  trouble: () => (broker.listening() ? null : 'the MQTT broker does not listen'),
  stop: broker.stop,
});
