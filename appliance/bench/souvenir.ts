import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSouvenirPainter } from '../src/modules/souvenirs/souvenir-painter.ts';
import { installFonts } from '../src/platform/images/fonts.ts';
import { bareSouvenirs, finishedLayers } from './souvenir/bare-pipeline.ts';
import { guest, guestPhoto } from './souvenir/guests.ts';

/** Souvenirs per second, three outputs each with a photo, against a bare sharp pipeline of the same layers. */
export async function run({ json, seconds }: { json: boolean; seconds: number }): Promise<void> {
  await installFonts(join(tmpdir(), 'dugout-fonts'));
  const painter = createSouvenirPainter();
  const photo = await guestPhoto();
  const finished = await finishedLayers(guest(0, photo));
  await painter.paintAll(guest(0, photo));
  await bareSouvenirs(photo, finished);

  const spent = { ours: 0, bare: 0, oursCpu: 0, bareCpu: 0 };
  let slowest = 0;
  let bytes = 0;
  let count = 0;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; count += 1) {
    const ours = await timed(() => painter.paintAll(guest(count, photo)));
    const bare = await timed(() => bareSouvenirs(photo, finished));
    spent.ours += ours.ms;
    spent.bare += bare.ms;
    spent.oursCpu += ours.cpuMs;
    spent.bareCpu += bare.cpuMs;
    slowest = Math.max(slowest, ours.ms);
    bytes += ours.result.print.length;
  }

  const result = {
    name: 'souvenir',
    souvenirs: count,
    ours_per_second: perSecond(count, spent.ours),
    bare_sharp_per_second: perSecond(count, spent.bare),
    ratio: thousandths(spent.bare / spent.ours),
    ratio_of_cpu_time: thousandths(spent.bareCpu / spent.oursCpu),
    mean_ms: Math.round(spent.ours / count),
    slowest_ms: Math.round(slowest),
    print_kilobytes: Math.round(bytes / count / 1000),
    peak_rss_megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  const table = Object.entries(result).map(
    ([key, value]) => `${key.replaceAll('_', ' ').padEnd(24)} ${value}`,
  );
  process.stdout.write(`${table.join('\n')}\n`);
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** CPU time counts all threads, and says the same beside other load. */
async function timed<Result>(work: () => Promise<Result>) {
  const start = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000, result };
}

const thousandths = (value: number) => Math.round(value * 1000) / 1000;
const perSecond = (count: number, ms: number) => Math.round((count / ms) * 100_000) / 100;

if (import.meta.main) {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '10' } },
  });
  await run({ json: values.json, seconds: Number(values.seconds) });
}
