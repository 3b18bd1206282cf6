/**
 * Gloves as a program, for whoever runs an appliance and has none: `node main.ts`. Standard input takes orders and
 * standard output tells what happens, a JSON object a line.
 */
import { createInterface } from 'node:readline';
import { readFaultRates } from './fault-rates.ts';
import { arrivingSamples, createGlove, type GloveOptions } from './glove.ts';
import { type GloveLink, runGloves, worldUs } from './glove-link.ts';
import { createPerformance } from './hand.ts';
import { connectTcpGlove, openTcpServerGlove, plugInGlove } from './line-gloves.ts';
import { connectMqttGlove } from './mqtt-glove.ts';
import type { Phase } from './performance-plan.ts';
import { createPhone, type Phone, recordingOf } from './phone.ts';
import { type Course, createPlayer } from './player.ts';

type Way =
  | { by: 'mqtt'; broker: string; site: string; secret: string; qos?: 0 | 1; keepAliveSeconds?: number }
  | { by: 'tcp'; host: string; port: number; from?: string }
  | { by: 'listening'; host: string; port: number }
  | { by: 'serial'; path: string };

interface WantedGlove extends Omit<GloveOptions, 'faults'> {
  readonly way: Way;
  /** As `readFaultRates` reads them. */
  readonly faults?: string;
}

type Order =
  | { do: 'start'; gloves: readonly WantedGlove[] }
  | {
      do: 'wear';
      gloves: readonly string[];
      player: { seed: number; course: Course };
      game: number;
      phases?: readonly Phase[];
    }
  | { do: 'see'; gloves: readonly string[]; atUs: number }
  | { do: 'lose_power'; glove: string; seconds: number }
  | {
      do: 'phone';
      url: string;
      username: string;
      password: string;
      player: { seed: number; course: Course };
      /** Games that its owner has played away from the floor, one a day until yesterday. */
      games: number;
    }
  | { do: 'count' };

const tell = (event: object) => void process.stdout.write(`${JSON.stringify(event)}\n`);
const links = new Map<string, GloveLink>();
const phones = new Map<string, Phone>();
const looksEveryMs = 2_000;
const dayMs = 86_400_000;
const running: { stop(): Promise<void> }[] = [];

async function linkOf({ way, faults = '', ...options }: WantedGlove): Promise<GloveLink> {
  const glove = createGlove({ ...options, faults: readFaultRates(faults) });
  switch (way.by) {
    case 'mqtt':
      return connectMqttGlove({ glove, ...way });
    case 'tcp':
      return connectTcpGlove(glove, way);
    case 'listening':
      return openTcpServerGlove(glove, way.host, way.port);
    case 'serial':
      return plugInGlove(glove, way.path);
  }
}

/** The same way, and what happens to the glove on it is told. */
function heard(link: GloveLink): GloveLink {
  const { name, counts } = link.glove;
  let lives = 0;
  let isAsleep = false;
  const happens = (what: string) => tell({ event: 'happened', glove: name, what, samples: counts.samples });
  return {
    ...link,
    carry(departures) {
      for (const one of departures) {
        if (one.what === 'power') {
          lives += one.on ? 1 : 0;
          isAsleep = false;
          if (!one.on) happens('power_lost');
          else if (lives > 1) happens('power_back');
        } else if (one.what === 'state' && (one.state === 'idle') !== isAsleep) {
          isAsleep = !isAsleep;
          happens(isAsleep ? 'fell_asleep' : 'woke_up');
        }
      }
      link.carry(departures);
    },
  };
}

async function start(wanted: readonly WantedGlove[]): Promise<void> {
  for (const one of wanted) links.set(one.name, heard(await linkOf(one)));
  // A glove that is called begins when somebody calls.
  const calling = wanted.filter(({ way }) => way.by !== 'listening');
  await Promise.all(calling.map(({ name }) => links.get(name)?.ready));
  running.push(runGloves(wanted.flatMap(({ name }) => links.get(name) ?? [])));
  tell({ event: 'started', gloves: links.size });
}

/** A phone posts what its owner has played, and follows what comes of that and of all the owner plays later. */
async function follow({ url, username, password, player, games }: Extract<Order, { do: 'phone' }>) {
  const phone = createPhone({ url, username, password });
  await phone.signIn();
  const posted: string[] = [];
  for (let game = 0; game < games; game += 1) {
    const performance = createPerformance(createPlayer(player).game(game));
    const score = Math.round(60 * performance.truth.reps * (performance.truth.rom[1] ?? 0));
    const started_at = new Date(Date.now() - (games - game) * dayMs).toISOString();
    const recording = { ...recordingOf(performance, { score, rateHz: 50 }), started_at };
    posted.push((await phone.post(recording)).game_id);
  }
  phones.set(username, phone);
  tell({ event: 'posted', games: posted });
}

const looking = setInterval(() => {
  for (const phone of phones.values()) void phone.read().catch(() => {});
}, looksEveryMs);

function count(event: 'counted' | 'stopped'): void {
  const { user, system } = process.cpuUsage();
  tell({
    event,
    cpu_ms: Math.round((user + system) / 1000),
    phones: [...phones].map(([username, phone]) => ({
      username,
      games: phone.noted().map(({ gameId }) => gameId),
      again: phone.toldAgain(),
    })),
    gloves: [...links].map(([name, { glove, unsent }]) => ({
      name,
      format: glove.format,
      rateHz: glove.rateHz,
      unsent: unsent(),
      arriving: arrivingSamples(glove.counts),
      ...glove.counts,
    })),
  });
}

async function obey(order: Order): Promise<void> {
  if (order.do === 'start') await start(order.gloves);
  else if (order.do === 'phone') await follow(order);
  else if (order.do === 'count') count('counted');
  else if (order.do === 'see') for (const name of order.gloves) links.get(name)?.glove.see(order.atUs);
  else if (order.do === 'lose_power') links.get(order.glove)?.glove.losePower(worldUs(), order.seconds);
  else {
    const { seed, ability } = createPlayer(order.player).game(order.game);
    for (const name of order.gloves) {
      const glove = links.get(name)?.glove;
      const phases = order.phases === undefined ? {} : { phases: order.phases };
      glove?.wear(createPerformance({ seed, ability, hand: glove.hand, ...phases }), worldUs());
    }
  }
}

tell({ event: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  await obey(JSON.parse(line) as Order).catch((error: unknown) =>
    tell({ event: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  );
}
clearInterval(looking);
await Promise.all([...phones.values()].map((phone) => phone.read().catch(() => {})));
await Promise.all(running.map(({ stop }) => stop()));
count('stopped');
