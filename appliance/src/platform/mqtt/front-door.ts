import type { Clock } from '../clock.ts';
import { createAdmission, type Place } from './admission.ts';
import type { Carrier } from './carrier.ts';
import { Connection } from './connection.ts';
import type { Levers } from './levers.ts';
import type { BrokerLimits } from './limits.ts';
import type { RefusalLog } from './refusal-log.ts';

export interface FrontDoor {
  accept(carrier: Carrier): void;
  signedIn(connection: Connection): void;
  halfOpen(): number;
  /** Cuts every connection there is, and takes no more. */
  shut(): void;
}

/** Turns carriers into connections: bounded, guarded, and read only when it is their turn. */
export function createFrontDoor(
  limits: BrokerLimits,
  levers: Levers,
  clock: Clock,
  refusals: RefusalLog,
  handle: (connection: Connection) => void,
): FrontDoor {
  const admission = createAdmission(limits);
  const places = new Map<Connection, Place>();
  let isShut = false;

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
        onViolation: (violation) => refusals.connection(violation, address),
      });
      places.set(connection, place);
      connection.on('error', () => {});
      carrier.onceClosed(() => {
        places.delete(connection);
        place.leave();
      });
      connection.deadline(limits.connectTimeoutMs);
      place.onTurn(() => handle(connection));
    },
    signedIn: (connection) => places.get(connection)?.signedIn(),
    halfOpen: admission.halfOpen,
    shut() {
      isShut = true;
      for (const connection of places.keys()) connection.destroy(new Error('the broker stops'));
    },
  };
}
