import { inRounds } from '../measuring/rounds.ts';
import { connect } from './connection.ts';
import { queueOneGuest, staff } from './lifecycle.ts';
import type { Pace } from './pace.ts';
import type { ServerProcess } from './server-process.ts';
import { startConstant } from './servers.ts';

const waitingGuests = 40;
const concurrentClients = 64;

export interface QueueReads {
  /** Of one answer. */
  readonly bytes: number;
  /** Reads per second, round by round. */
  readonly ours: readonly number[];
  readonly constant: readonly number[];
}

/** `GET /api/queue` with guests waiting, beside a koa route that answers a constant of the same size. */
export async function measureQueueReads(
  ours: ServerProcess,
  directory: string,
  { clients, rounds, seconds }: Pace,
): Promise<QueueReads> {
  const connection = connect(ours.url);
  for (let guest = 0; guest < waitingGuests; guest += 1) await queueOneGuest(connection);
  const answer = JSON.stringify(await connection.send({ method: 'GET', path: '/api/queue', as: staff }));
  await connection.close();

  const constant = await startConstant(directory, answer);
  try {
    const read = (url: string, forSeconds: number) =>
      clients.run({ what: 'queue_reads', url, clients: concurrentClients, seconds: forSeconds });
    const servers = [ours, constant];
    for (const { url } of servers) await read(url, 1);
    const [ofOurs = [], ofConstant = []] = await inRounds(servers, rounds, async ({ url }) => {
      const { done, seconds: took } = await read(url, seconds);
      return done / took;
    });
    return { bytes: Buffer.byteLength(answer), ours: ofOurs, constant: ofConstant };
  } finally {
    await constant.stop();
  }
}
