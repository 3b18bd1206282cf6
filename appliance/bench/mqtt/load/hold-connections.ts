import { setTimeout as delay } from 'node:timers/promises';
import { address } from '../bench-topics.ts';
import { residentBytes } from '../process-figures.ts';
import { connectClient } from './client.ts';
import { connectMany } from './connect-many.ts';
import type { Target } from './work.ts';

export interface HoldOrder {
  readonly connections: number;
  readonly broker: Target;
}

export interface Held {
  /** From the first socket to the last CONNACK. */
  readonly seconds: number;
  /** By which the broker's resident memory has grown. */
  readonly bytes: number;
}

/** What a broker does when a thousand have connected is over by then. */
const settledMs = 1_000;

/** Connects so many rigs, lets each subscribe to its commands, looks at the broker's memory, and disconnects. */
export async function holdConnections({ connections, broker }: HoldOrder): Promise<Held> {
  const bytesBefore = residentBytes(broker.pid);
  const started = performance.now();
  const clients = await connectMany(connections, (index) =>
    connectClient({ port: broker.port, name: `rig-${index}` }),
  );
  const seconds = (performance.now() - started) / 1_000;
  await Promise.all(clients.map((client, index) => client.subscribe(address(`rig/rig-${index}/command`), 1)));
  await delay(settledMs);
  const bytes = residentBytes(broker.pid) - bytesBefore;
  for (const client of clients) client.close();
  await Promise.all(clients.map(({ closed }) => closed));
  return { seconds, bytes };
}
