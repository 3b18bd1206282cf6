import type { AedesOptions, Client, ConnectPacket } from 'aedes';
import type { Logger } from 'pino';
import type { Role } from '../../../contract/auth.ts';
import { Problem } from '../errors.ts';
import type { TransportName } from './carrier.ts';
import type { Clients, Newcomer } from './clients.ts';
import { Connection } from './connection.ts';
import type { BrokerLimits } from './limits.ts';
import { type Receiver, toBuffer } from './receiver.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { Identity } from './topic.ts';

export interface Credentials {
  readonly username: string;
  readonly password: Buffer;
  readonly clientId: string;
  readonly address: string;
  readonly transport: TransportName;
}

/**
 * Null, or a `Problem` below 500, when they may not sign in. When it throws anything else, the client is told that the
 * server is unavailable.
 */
export type Authenticate = (credentials: Credentials) => Promise<Identity | null>;

interface Refused {
  /** One of those here or the code of a problem; the label under which it is counted. */
  readonly reason: string;
  /** Where it is known who it is. */
  readonly identity?: Identity;
}
type Welcome = Newcomer & { readonly keepAliveS: number };

export interface SignInParts {
  readonly authenticate: Authenticate;
  readonly clients: Clients;
  readonly receiver: Receiver;
  readonly limits: BrokerLimits;
  /** Who may keep a session while away; the sessions of others end with their connection. */
  readonly persistentRoles: readonly Role[];
  readonly refusals: RefusalLog;
  readonly logger: Logger;
  readonly onSignedIn: (connection: Connection) => void;
}

export interface SignIn {
  readonly hooks: Required<Pick<AedesOptions, 'preConnect' | 'authenticate'>>;
  /** Refuses the sign-ins of this name that are under way. */
  revoke(name: string): void;
}

// MQTT 3.1.1 table 3.1
const serverUnavailable = 3;
const notAuthorized = 5;

export function createSignIn(parts: SignInParts): SignIn {
  const { clients, limits } = parts;
  const connects = new WeakMap<Client, { readonly connect: ConnectPacket; readonly keepAliveS: number }>();
  const underWay = new Set<Set<string>>();

  /** Who the credentials belong to, unless they were revoked while that was found out. */
  const identify = async (credentials: Credentials): Promise<Identity | null> => {
    const revoked = new Set<string>();
    underWay.add(revoked);
    try {
      const identity = await parts.authenticate(credentials);
      return identity !== null && revoked.has(identity.name) ? null : identity;
    } finally {
      underWay.delete(revoked);
    }
  };

  const signIn = async (
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): Promise<Refused | Welcome> => {
    const { conn: connection } = client;
    const asked = connects.get(client);
    if (asked === undefined || !(connection instanceof Connection)) return { reason: 'unavailable' };
    const { connect, keepAliveS } = asked;
    if (!username || password === undefined) return { reason: 'anonymous' };
    const { clientId, will } = connect;
    const { address, transport } = connection;
    const identity = await identify({ username, password, clientId, address, transport });
    if (identity === null) return { reason: 'bad_credentials' };
    if (!clients.mayClaim(identity, clientId)) return { reason: 'foreign_client_id', identity };
    if (will && !parts.receiver.wouldAccept(willOf(will, identity))) return { reason: 'last_will' };
    if (!parts.persistentRoles.includes(identity.role)) {
      connect.clean = true;
      client.clean = true;
    }
    return { id: clientId, identity, client, connection, keepAliveS, will };
  };

  const welcome = (newcomer: Welcome) => {
    clients.claim(newcomer);
    newcomer.connection.once('close', () => clients.release(newcomer.client));
    newcomer.connection.allow(limits.packetBytes);
    newcomer.connection.noDeadline();
    // [MQTT-3.1.2-24]
    newcomer.connection.keepAlive(1.5 * newcomer.keepAliveS * 1_000);
    parts.onSignedIn(newcomer.connection);
  };

  return {
    hooks: {
      preConnect(client, packet, done) {
        const wanted = packet.keepalive || limits.longestKeepAliveS;
        connects.set(client, { connect: packet, keepAliveS: Math.min(wanted, limits.longestKeepAliveS) });
        // The connection watches over it: aedes does not see every packet.
        packet.keepalive = 0;
        // Another way of delivery that mqtt-packet lets a client ask for, as Mosquitto's bridges do. There is one here.
        Object.assign(packet, { bridgeMode: false });
        if (client.conn instanceof Connection)
          client.conn.deadline(limits.signInTimeoutMs, 'sign_in_timeout');
        done(null, true);
      },
      authenticate(client, username, password, done) {
        signIn(client, username, password)
          .catch((error: unknown): Refused => {
            if (error instanceof Problem && error.kind.status < 500) return { reason: error.kind.code };
            parts.logger.error({ err: error }, 'an MQTT client could not be signed in');
            return { reason: 'unavailable' };
          })
          .then((answer) => {
            if (client.closed) return;
            if (!('reason' in answer)) {
              welcome(answer);
              done(null, true);
              return;
            }
            const { reason, identity } = answer;
            parts.refusals.connection(reason, addressOf(client), identity);
            const returnCode = reason === 'unavailable' ? serverUnavailable : notAuthorized;
            done(Object.assign(new Error(reason), { returnCode }), false);
          })
          .catch((error: unknown) => {
            client.conn.destroy(error instanceof Error ? error : new Error('sign-in failed'));
          });
      },
    },
    revoke(name) {
      for (const revoked of underWay) revoked.add(name);
    },
  };
}

const addressOf = ({ conn }: Client): string => (conn instanceof Connection ? conn.address : 'unknown');

const willOf = (will: NonNullable<ConnectPacket['will']>, identity: Identity) => ({
  topic: will.topic,
  payload: toBuffer(will.payload),
  retain: will.retain ?? false,
  will: true,
  identity,
});
