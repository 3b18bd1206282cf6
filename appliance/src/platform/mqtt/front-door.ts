import type { Clock } from '../clock.ts';
import { createAdmission, type Place } from './admission.ts';
import type { Carrier } from './carrier.ts';
import { Connection } from './connection.ts';
import type { Levers } from './levers.ts';
import type { BrokerLimits } from './limits.ts';
import type { MqttMetrics } from './mqtt-metrics.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Identity } from './topic.ts';

export interface FrontDoor {
  accept(carrier: Carrier): void;
  signedIn(connection: Connection): void;
  /** Counts what its client did, for whoever has signed in on it. */
  refuse(connection: Connection, reason: string): void;
  halfOpen(): number;
  /** Cuts every connection there is, and takes no more. */
  shut(): void;
}

export interface FrontDoorParts {
  readonly limits: BrokerLimits;
  readonly levers: Levers;
  readonly clock: Clock;
  readonly metrics: MqttMetrics;
  readonly refusals: RefusalLog;
  readonly ownerOf: (connection: Connection) => Identity | undefined;
  readonly handle: (connection: Connection) => void;
}

/** Turns carriers into connections: bounded, guarded, and read only when it is their turn. */
export function createFrontDoor(parts: FrontDoorParts): FrontDoor {
  const { limits, levers, clock, metrics, refusals } = parts;
  const admission = createAdmission(limits);
  const places = new Map<Connection, Place>();
  let isShut = false;

  const refuse = (connection: Connection, reason: string) =>
    refusals.connection(reason, connection.address, parts.ownerOf(connection));

  return {
    accept(carrier) {
      const { address, transport } = carrier;
      const place = isShut ? null : admission.enter(address);
      if (place === null) {
        refusals.connection('too_many_sockets', address);
        carrier.cut();
        return;
      }
      const connection = new Connection(carrier, {
        firstPacketBytes: limits.packetBytesBeforeSignIn,
        // Over WebSocket it is not a matter of speed alone: uncorked, a packet is five frames.
        corked: levers.cork || transport === 'websocket',
        drainTimeoutMs: limits.drainTimeoutMs,
        clock,
        metrics,
        onViolation: (violation) => refuse(connection, violation),
      });
      places.set(connection, place);
      connection.on('error', () => {});
      carrier.onceClosed(() => {
        places.delete(connection);
        place.leave();
      });
      connection.deadline(limits.connectTimeoutMs, 'connect_timeout');
      place.onTurn(() => parts.handle(connection));
    },
    signedIn: (connection) => places.get(connection)?.signedIn(),
    refuse,
    halfOpen: admission.halfOpen,
    shut() {
      isShut = true;
      for (const connection of places.keys()) connection.cut('stopped');
    },
  };
}
