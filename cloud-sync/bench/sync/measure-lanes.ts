import { atLeast } from '@dugout/appliance/bench/measuring/goal.ts';
import { inRounds } from '@dugout/appliance/bench/measuring/rounds.ts';
import { median, medianRatio, rounded } from '@dugout/appliance/bench/measuring/statistics.ts';
import { aCloudOn } from '../../src/testing/cloud-on-server.ts';
import { type Lane, openOurLane, openPlainCopy } from './lanes.ts';
import { type Cost, costOf, type Measured, type Surroundings } from './measuring.ts';
import { openNativeReplication } from './native-replication.ts';
import { playerRows } from './player-rows.ts';

/** Of one transaction; what the daemon puts into one at most. */
const fullBatch = 20_000;
const smallBatch = 5_000;

interface Pass {
  readonly insert: Cost;
  readonly update: Cost;
}

interface Size {
  readonly batches: number;
  readonly rows: number;
}

/** Rows that are new, and then the same rows with another name, in transactions of equal size. */
async function pass(lane: Lane, { batches, rows }: Size): Promise<Pass> {
  await lane.empty();
  const put = (name: string) => async () => {
    for (let batch = 0; batch < batches; batch += 1) await lane.put(playerRows(batch * rows, rows, name));
  };
  const insert = await costOf(lane.pid, put('Ann'));
  const update = await costOf(lane.pid, put('Bea'));
  return { insert, update };
}

/** A second pass of a plain COPY would meet its own keys: every part of it is new rows. */
async function plainPass(lane: Lane, size: Size): Promise<Cost> {
  await lane.empty();
  return costOf(lane.pid, async () => {
    for (let batch = 0; batch < size.batches; batch += 1)
      await lane.put(playerRows(batch * size.rows, size.rows, 'Ann'));
  });
}

async function besideCopy(
  { server }: Surroundings,
  way: Parameters<typeof openOurLane>[1],
  size: Size,
  rounds: number,
) {
  const cloud = await aCloudOn(server.url);
  const [ours, plain] = [await openOurLane(cloud, way), await openPlainCopy(cloud)];
  try {
    const tries = [() => pass(ours, size), async () => ({ insert: await plainPass(plain, size) })];
    for (const attempt of tries) await attempt();
    const [mine = [], theirs = []] = (await inRounds(tries, rounds, (attempt) => attempt(), 100)) as [
      Pass[],
      { insert: Cost }[],
    ];
    const rows = size.batches * size.rows;
    return comparison(
      rows,
      mine,
      theirs.map(({ insert }) => ({ insert, update: insert })),
      'copy',
    );
  } finally {
    await ours.close();
    await plain.close();
    await cloud.stop();
  }
}

/** How many rows we bring for each that the other brings, by time and by the server's CPU. */
function comparison(rows: number, ours: readonly Pass[], theirs: readonly Pass[], name: string) {
  const of = (passes: readonly Pass[], kind: keyof Pass, what: keyof Cost) =>
    passes.map((one) => one[kind][what]);
  const figure = (kind: keyof Pass) => ({
    rows_per_second: Math.round((rows / median(of(ours, kind, 'wallMs'))) * 1_000),
    server_cpu_us_per_row: rounded((median(of(ours, kind, 'cpuMs')) / rows) * 1_000),
    [`${name}_rows_per_second`]: Math.round((rows / median(of(theirs, kind, 'wallMs'))) * 1_000),
    [`${name}_server_cpu_us_per_row`]: rounded((median(of(theirs, kind, 'cpuMs')) / rows) * 1_000),
    ratio_by_time: rounded(medianRatio(of(theirs, kind, 'wallMs'), of(ours, kind, 'wallMs'))),
    ratio_by_server_cpu: rounded(medianRatio(of(theirs, kind, 'cpuMs'), of(ours, kind, 'cpuMs'))),
  });
  return { rows, insert: figure('insert'), update: figure('update') };
}

export async function measureBulk(surroundings: Surroundings): Promise<Measured> {
  const { quick } = surroundings;
  const size = { batches: quick ? 1 : 4, rows: fullBatch };
  const figures = await besideCopy(surroundings, 'as the daemon chooses', size, quick ? 3 : 7);
  return {
    figures,
    goals: [
      atLeast('insert, rows/s to COPY', figures.insert.ratio_by_time, 0.5),
      atLeast('update, rows/s to COPY', figures.update.ratio_by_time, 0.35),
      atLeast('insert, by the server’s CPU', figures.insert.ratio_by_server_cpu, 0.5),
      atLeast('update, by the server’s CPU', figures.update.ratio_by_server_cpu, 0.35),
    ],
  };
}

export async function measureCall(surroundings: Surroundings): Promise<Measured> {
  const { quick } = surroundings;
  const figures = await besideCopy(surroundings, 'call', { batches: 4, rows: smallBatch }, quick ? 3 : 7);
  return {
    figures,
    goals: [
      atLeast('insert, rows/s to COPY', figures.insert.ratio_by_time, 0.3),
      atLeast('update, rows/s to COPY', figures.update.ratio_by_time, 0.2),
    ],
  };
}

export async function measureNative({ server, quick }: Surroundings): Promise<Measured> {
  const cloud = await aCloudOn(server.url);
  const ours = await openOurLane(cloud, 'as the daemon chooses');
  const native = await openNativeReplication(server.url);
  const size = { batches: quick ? 1 : 4, rows: fullBatch };
  try {
    const tries = [() => pass(ours, size), () => native.pass(size.batches, size.rows)];
    for (const attempt of tries) await attempt();
    const rounds = await inRounds(tries, quick ? 3 : 7, (attempt) => attempt(), 100);
    const [mine = [], theirs = []] = rounds;
    const figures = comparison(size.batches * size.rows, mine, theirs, 'native');
    return {
      figures,
      goals: [
        atLeast('insert, by CPU of the applying process', figures.insert.ratio_by_server_cpu, 0.8),
        atLeast('update, by CPU of the applying process', figures.update.ratio_by_server_cpu, 1.2),
      ],
    };
  } finally {
    await native.close();
    await ours.close();
    await cloud.stop();
  }
}
