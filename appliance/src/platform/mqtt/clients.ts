import type { Client } from 'aedes';
import type { Connection } from './connection.ts';
import { createGrantedFilters, type GrantedFilters } from './granted-filters.ts';
import { createLane, type Lane } from './lane.ts';
import { createPacketIds, type PacketIds } from './packet-ids.ts';
import { createPublishOrder, type PublishOrder } from './publish-order.ts';
import type { Identity } from './topic.ts';

/** A client that is signed in. */
export interface SignedIn {
  readonly id: string;
  readonly identity: Identity;
  readonly client: Client;
  readonly connection: Connection;
  /** The very packet aedes will publish when the connection is lost. */
  readonly will: object | undefined;
  readonly lane: Lane;
  readonly order: PublishOrder;
  /** What it subscribes to. */
  readonly filters: GrantedFilters;
  readonly packetIds: PacketIds;
}

export type Newcomer = Omit<SignedIn, 'lane' | 'order' | 'filters' | 'packetIds'>;

export interface Clients {
  /** Whether the identity may connect under this id, given who is connected under it now. */
  mayClaim(identity: Identity, id: string): boolean;
  claim(newcomer: Newcomer): void;
  release(client: Client): void;
  of(client: Client): SignedIn | undefined;
  withId(id: string): SignedIn | undefined;
  named(name: string): SignedIn[];
  count(): number;
  subscriptions(): number;
  /** Who has signed in on it. */
  on(connection: Connection): SignedIn | undefined;
}

const longestClientId = 128;

/** Client ids are bound to who signs in: a client id is the name of its identity, or begins with `<name>-`. */
export function createClients(): Clients {
  const known = new WeakMap<Client, SignedIn>();
  const owners = new WeakMap<Connection, SignedIn>();
  const connected = new Map<string, SignedIn>();
  return {
    mayClaim({ name }, id) {
      const belongs = id === name || id.startsWith(`${name}-`);
      if (!belongs || id.length > longestClientId || /\p{Cc}/u.test(id)) return false;
      // `a-1` belongs to the client `a` and to the client `a-1`; the latter may claim it back, never the former.
      const holder = connected.get(id)?.identity.name ?? name;
      return name.length >= holder.length;
    },
    claim(newcomer) {
      // Whoever comes back under its id goes on behind what it sent before, its last will included.
      const lane = connected.get(newcomer.id)?.lane ?? createLane();
      const signedIn = {
        ...newcomer,
        lane,
        order: createPublishOrder(),
        filters: createGrantedFilters(),
        packetIds: createPacketIds(),
      };
      known.set(newcomer.client, signedIn);
      owners.set(newcomer.connection, signedIn);
      connected.set(newcomer.id, signedIn);
    },
    release(client) {
      const signedIn = known.get(client);
      if (signedIn && connected.get(signedIn.id) === signedIn) connected.delete(signedIn.id);
    },
    of: (client) => known.get(client),
    withId: (id) => connected.get(id),
    named: (name) => [...connected.values()].filter(({ identity }) => identity.name === name),
    count: () => connected.size,
    subscriptions: () => [...connected.values()].reduce((sum, { filters }) => sum + filters.size, 0),
    on: (connection) => owners.get(connection),
  };
}
